//! Who may be here and who is kicked: tokens, binding, login policy. Pure.
