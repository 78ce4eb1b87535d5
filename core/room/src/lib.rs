//! One room: members and roles, permissions, properties, bans, devices. Pure.
