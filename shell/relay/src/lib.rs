//! WebRTC: sockets, threads, encryption; carries packets as `parlor-media` decided.
