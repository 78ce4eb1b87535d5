//! Who is told: events between nodes; here, within one process.
