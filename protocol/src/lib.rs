//! What is said: the wire contract, limits and the one table of codes.
