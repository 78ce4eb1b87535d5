//! What is remembered: the embedded SQLite store behind one seam.
