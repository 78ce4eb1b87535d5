//! The client's brain: link, resume, login, and the rule of IM reuse. Pure.
