//! `parlor app …`

use super::ask::CliError;
use crate::admin::AppCommand;
use clap::{Subcommand, ValueEnum};
use parlor_identity::app::{AuthTypes, Group, LoginCallback, LoginPolicy, OnFailure, RoomCallback};

#[derive(Subcommand)]
pub(super) enum Verb {
    /// Make an app; its AppKey and AppSecret are printed.
    Create {
        /// Unique readable name.
        name: String,
        /// With the room component on.
        #[arg(long)]
        room: bool,
    },
    /// List all apps, without secrets.
    List,
    /// Show an app with its secret.
    Show { app: String },
    /// Switch the room component on. The app keeps its accounts.
    EnableRoom { app: String },
    /// Switch the room component off; its room sessions end at once.
    DisableRoom { app: String },
    /// Switch IM on.
    EnableIm { app: String },
    /// Switch IM off; all sessions of the app end at once.
    DisableIm { app: String },
    /// Set which devices of one account may be logged in side by side; counts from the next login on.
    SetLoginPolicy {
        app: String,
        /// one, class (one desktop, one mobile), all (up to ten), or JSON of custom groups:
        /// [{"kinds":["ios","android"],"limit":1}]
        policy: String,
    },
    /// Set which credentials logins may use.
    SetAuthTypes {
        app: String,
        /// Any of static, dynamic, callback; separated by commas.
        #[arg(value_enum, value_delimiter = ',', required = true)]
        types: Vec<AuthType>,
    },
    /// Set the address of the app's own server that is asked at every login.
    SetCallback {
        app: String,
        /// An http or https address; without one nobody is asked any more.
        url: Option<String>,
        /// How long an answer may take.
        #[arg(long, default_value_t = 2_000)]
        timeout_ms: u32,
        /// What a login without a usable answer means.
        #[arg(long, value_enum, default_value = "refuse")]
        on_failure: Failure,
    },
    /// Set the address of the app's own server that is told what happens in rooms; it must answer a signed POST of `{}`
    /// with status 200.
    SetRoomCallback {
        app: String,
        /// An http or https address; without one nobody is told any more.
        url: Option<String>,
        /// Only these event types, as CREATE_ROOM; separated by commas.
        #[arg(long, value_delimiter = ',')]
        events: Vec<String>,
        /// Keep the address and tell nothing for now; what waits is forgotten.
        #[arg(long)]
        off: bool,
    },
    /// Refuse calls that repeat a (Nonce, CurTime) pair, or accept them.
    SetNonceCheck { app: String, state: Switch },
    /// Make a new AppSecret and print it.
    RotateSecret {
        app: String,
        /// How long, in seconds, the secret before it goes on counting.
        #[arg(long, default_value_t = 3_600)]
        grace_s: u32,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum AuthType {
    /// The account's stored token.
    Static,
    /// A token signed with the AppSecret.
    Dynamic,
    /// Any token; the callback decides.
    Callback,
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Failure {
    Allow,
    Refuse,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Switch {
    On,
    Off,
}

impl Verb {
    pub(super) fn into_command(self) -> Result<AppCommand, CliError> {
        Ok(match self {
            Self::Create { name, room } => AppCommand::Create { name, room },
            Self::List => AppCommand::List,
            Self::Show { app } => AppCommand::Show { app },
            Self::EnableRoom { app } => AppCommand::SwitchRoom { app, on: true },
            Self::DisableRoom { app } => AppCommand::SwitchRoom { app, on: false },
            Self::EnableIm { app } => AppCommand::SwitchIm { app, on: true },
            Self::DisableIm { app } => AppCommand::SwitchIm { app, on: false },
            Self::SetLoginPolicy { app, policy } => {
                AppCommand::SetLoginPolicy { app, policy: parse_policy(&policy)? }
            }
            Self::SetAuthTypes { app, types } => {
                let has = |wanted| types.contains(&wanted);
                let types = AuthTypes {
                    fixed: has(AuthType::Static),
                    dynamic: has(AuthType::Dynamic),
                    callback: has(AuthType::Callback),
                };
                AppCommand::SetAuthTypes { app, types }
            }
            Self::SetCallback { app, url, timeout_ms, on_failure } => {
                let on_failure = match on_failure {
                    Failure::Allow => OnFailure::Allow,
                    Failure::Refuse => OnFailure::Refuse,
                };
                AppCommand::SetCallback {
                    app,
                    callback: url.map(|url| LoginCallback { url, timeout_ms, on_failure }),
                }
            }
            Self::SetRoomCallback { app, url, events, off } => AppCommand::SetRoomCallback {
                app,
                callback: url.map(|url| RoomCallback { url, on: !off, events }),
            },
            Self::SetNonceCheck { app, state } => AppCommand::SetNonceCheck { app, on: state == Switch::On },
            Self::RotateSecret { app, grace_s } => AppCommand::RotateSecret { app, grace_s },
        })
    }
}

fn parse_policy(text: &str) -> Result<LoginPolicy, CliError> {
    match text {
        "one" => Ok(LoginPolicy::OneDevice),
        "class" => Ok(LoginPolicy::OnePerClass),
        "all" => Ok(LoginPolicy::All),
        json => serde_json::from_str::<Vec<Group>>(json).map(LoginPolicy::Custom).map_err(|cause| {
            CliError::Usage(format!(
                "policy: one, class, all, or JSON as [{{\"kinds\":[\"ios\",\"android\"],\"limit\":1}}] ({cause})"
            ))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::parse_policy;
    use parlor_identity::app::{ClientKind, Group, LoginPolicy};

    #[test]
    fn a_policy_is_a_word_or_json() {
        assert_eq!(parse_policy("one").unwrap(), LoginPolicy::OneDevice);
        let custom = parse_policy(r#"[{"kinds":["ios",{"custom":7}],"limit":2}]"#).unwrap();
        let group = Group { kinds: vec![ClientKind::Ios, ClientKind::Custom(7)], limit: 2 };
        assert_eq!(custom, LoginPolicy::Custom(vec![group]));
        assert!(parse_policy("two").unwrap_err().to_string().starts_with("policy: one, class, all"));
    }
}
