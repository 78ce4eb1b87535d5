//! What happens unasked, from the Rust SDK to the boundary's events.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use parlor_sdk::{AuthEvents, Code, CommandEvents, DevicePresence, ImEvent, ImEvents, TokenProvider};
use tokio::sync::oneshot;

use crate::r#gen::{
    Device, ImDevicesChanged, ImDisconnected, ImKicked, ImLoginStep, ImReloggedIn, ImSupplyToken,
    ImTokenWanted, RoomAuth, RoomCommand, sdk_event::Body,
};
use crate::reply::im_number;
use crate::threads::Events;

/// `NIMLoginStep`.
const LINKING: i32 = 0;
const LINKED: i32 = 1;
const LOGGING_IN: i32 = 2;
const LOGIN: i32 = 3;
/// `NIMMultiSpotNotifyType`.
const CAME_IN: i32 = 2;
const WENT_OUT: i32 = 3;
/// How long the app may take to come up with a fresh token.
const TOKEN_LIMIT: Duration = Duration::from_secs(30);

/// The app's own IM login. A login that RoomKit makes is not shown to `nim::`.
#[derive(Default)]
pub(crate) struct AppLogin(Mutex<Stage>);

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Stage {
    #[default]
    Out,
    /// The app's call, by the id of its request.
    Calling(u64),
    In,
}

impl AppLogin {
    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The app calls Login. A call beside a standing login changes nothing: it will be refused.
    pub(crate) fn begin(&self, id: u64) {
        let mut stage = self.stage();
        if *stage == Stage::Out {
            *stage = Stage::Calling(id);
        }
    }

    /// The call was answered.
    pub(crate) fn end(&self, id: u64, logged_in: bool) {
        let mut stage = self.stage();
        if *stage == Stage::Calling(id) {
            *stage = if logged_in { Stage::In } else { Stage::Out };
        }
    }

    /// It is over. True when there was one.
    pub(crate) fn forget(&self) -> bool {
        std::mem::take(&mut *self.stage()) != Stage::Out
    }
}

/// Forwards events until the client is gone.
pub(crate) async fn forward(
    mut im: ImEvents,
    mut rooms: AuthEvents,
    mut commands: CommandEvents,
    login: Arc<AppLogin>,
    events: Events,
) {
    loop {
        let body = tokio::select! {
            biased;
            notice = rooms.next() => match notice {
                Some(notice) => notice.event.cpp().map(|event| Body::RoomAuth(RoomAuth { event })),
                None => return,
            },
            command = commands.next() => match command {
                Some(command) => Some(Body::RoomCommand(RoomCommand {
                    room_uuid: command.room_uuid,
                    sender_uuid: command.sender_uuid,
                    command_id: command.command_id,
                    data: command.data,
                })),
                None => return,
            },
            event = im.next() => match event {
                Some(event) => translate(event, &login),
                None => return,
            },
        };
        if let Some(body) = body {
            events.tell(body).await;
        }
    }
}

fn translate(event: ImEvent, login: &AppLogin) -> Option<Body> {
    let stage = *login.stage();
    let step = |step| match stage {
        Stage::Out => None,
        Stage::Calling(login_id) => Some(Body::ImLoginStep(ImLoginStep { login_id, step })),
        Stage::In => Some(again(Code::Ok.cpp_nim(), step, true, Vec::new())),
    };
    let of_app = |body| (stage != Stage::Out).then_some(body);
    match event {
        ImEvent::Linking => step(LINKING),
        ImEvent::Linked => step(LINKED),
        ImEvent::LoggingIn => step(LOGGING_IN),
        ImEvent::Disconnected => of_app(Body::ImDisconnected(ImDisconnected {})),
        ImEvent::Resumed => of_app(again(Code::Ok.cpp_nim(), LOGIN, false, Vec::new())),
        ImEvent::LoggedInAgain { other_devices } => {
            of_app(again(Code::Ok.cpp_nim(), LOGIN, false, other_devices))
        }
        ImEvent::LoginLost(failure) => {
            login.forget();
            of_app(again(im_number(failure.code, failure.number), LOGIN, false, Vec::new()))
        }
        ImEvent::Kicked { reason, client_type, custom_client_type, description } => {
            login.forget();
            let reason = parlor_protocol::causes::KickReason::from_number(reason).map_or(reason, |r| r.cpp());
            of_app(Body::ImKicked(ImKicked { client_type, reason, description, custom_client_type }))
        }
        ImEvent::DevicesChanged { changed, came_in, .. } => {
            of_app(Body::ImDevicesChanged(ImDevicesChanged {
                notify_type: if came_in { CAME_IN } else { WENT_OUT },
                others: changed.into_iter().map(|changed| device("", changed)).collect(),
            }))
        }
        // Rooms have listeners of their own.
        _ => None,
    }
}

fn again(code: i32, step: i32, retrying: bool, others: Vec<DevicePresence>) -> Body {
    let others = others.into_iter().map(|other| device("", other)).collect();
    Body::ImReloggedIn(ImReloggedIn { code, step, retrying, others })
}

/// A device as `OtherClientPres` shows it; the wire leaves out the account, which is always one's own.
pub(crate) fn device(account: &str, device: DevicePresence) -> Device {
    Device {
        account: account.to_owned(),
        client_type: device.client_type,
        client_os: device.os,
        device_id: device.device_id,
        login_time_ms: device.login_at_ms,
        custom_tag: device.custom_tag,
        custom_client_type: device.custom_client_type,
    }
}

/// Asks the app for fresh tokens and waits for its answers.
pub(crate) struct Tokens {
    events: Events,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    last_id: u64,
    answers: BTreeMap<u64, oneshot::Sender<String>>,
}

impl Tokens {
    /// Nothing is asked yet.
    pub(crate) fn new(events: Events) -> Tokens {
        Tokens { events, waiting: Mutex::default() }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the SDK asks at an automatic login. An app without an answer keeps the old token.
    pub(crate) fn provider(self: &Arc<Self>) -> TokenProvider {
        let tokens = Arc::clone(self);
        Arc::new(move |_account| {
            let tokens = Arc::clone(&tokens);
            Box::pin(async move { tokens.ask().await })
        })
    }

    async fn ask(&self) -> Option<String> {
        let (answer, answered) = oneshot::channel();
        let wanted_id = {
            let mut waiting = self.waiting();
            waiting.last_id += 1;
            let id = waiting.last_id;
            waiting.answers.insert(id, answer);
            id
        };
        self.events.tell(Body::ImTokenWanted(ImTokenWanted { wanted_id })).await;
        let token = tokio::time::timeout(TOKEN_LIMIT, answered).await;
        self.waiting().answers.remove(&wanted_id);
        token.ok()?.ok().filter(|token| !token.is_empty())
    }

    /// The app has answered.
    pub(crate) fn supply(&self, supply: ImSupplyToken) {
        if let Some(answer) = self.waiting().answers.remove(&supply.wanted_id) {
            // The login may have ended meanwhile.
            let _ = answer.send(supply.token);
        }
    }
}
