//! Who may be here and who is kicked: tokens, account binding, login policy. Pure: time and randomness are arguments.

pub mod app;
pub mod identity;
pub mod link;
pub mod rate;
pub mod token;
