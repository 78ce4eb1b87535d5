//! What `nim::` and `neroom::` share: one client, who of the two has initialised it, and the requests on it.

mod chat;
mod file;
mod room;

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use parlor_sdk::{Client, Code, Config, Device, Error, Im, Login, LoginAuth, ReuseIm, RoomKit};
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

use crate::address::{self, AddressError, Surroundings};
use crate::device;
use crate::events::{self, AppLogin, Tokens};
use crate::r#gen::{
    ImInit, ImKickOther, ImKickedOthers, ImLoggedIn, ImLogin, RoomInit, SdkReply, sdk_reply,
    sdk_request::Body,
};
use crate::reply::{done, im_done, im_failed, of_im, of_room, refused, room_failed};
use crate::threads::{Events, Perform, Refusal, Work};

/// Performs requests on the Rust SDK.
pub(crate) struct Facade {
    events: Events,
    handle: Handle,
    surroundings: Surroundings,
    state: Mutex<State>,
    tokens: Arc<Tokens>,
    /// Logouts of sides that have left; a core that ends waits for them.
    goodbyes: TaskTracker,
    joining: Arc<room::Joining>,
    transfers: Arc<file::Transfers>,
}

#[derive(Default)]
struct State {
    shared: Option<Shared>,
    /// `nim::Client` is initialised.
    im: bool,
    room: Option<Room>,
    attempts: u32,
}

struct Room {
    kit: RoomKit,
    reuse: ReuseIm,
}

struct Shared {
    app_key: String,
    client: Client,
    login: Arc<AppLogin>,
}

impl Facade {
    /// Nothing is initialised yet.
    pub(crate) fn new(events: Events, handle: Handle) -> Facade {
        Facade {
            tokens: Arc::new(Tokens::new(events.clone())),
            events,
            handle,
            surroundings: Surroundings::of_process(),
            state: Mutex::default(),
            goodbyes: TaskTracker::new(),
            joining: Arc::default(),
            transfers: Arc::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connect(
        &self,
        server: String,
        app_key: &str,
        device: Device,
        ca_file: &str,
    ) -> Result<Shared, String> {
        let mut config = Config::new(server, app_key);
        config.device = device;
        if !ca_file.is_empty() {
            let pem = std::fs::read(ca_file).map_err(|error| format!("{ca_file}: {error}"))?;
            config.extra_root_pem = Some(pem);
        }
        // The client spawns its task.
        let _entered = self.handle.enter();
        let client = Client::new(config).map_err(|error| error.message)?;
        let login = Arc::new(AppLogin::default());
        tokio::spawn(events::forward(
            client.im().events(),
            client.roomkit(ReuseIm::On).events(),
            client.roomkit(ReuseIm::On).messages().events(),
            Arc::clone(&login),
            self.events.clone(),
        ));
        Ok(Shared { app_key: app_key.to_owned(), client, login })
    }

    fn im_init(&self, init: &ImInit) -> Result<(), Refusal> {
        let mut state = self.state();
        let invalid = |message| of_im(Code::InvalidParameter, message);
        if init.app_key.is_empty() {
            return Err(invalid("the AppKey is empty".to_owned()));
        }
        match &state.shared {
            Some(shared) if shared.app_key != init.app_key => {
                return Err(of_im(Code::InitConflict, String::new()));
            }
            Some(_) => {}
            None => {
                let server = address::of_im(init, &self.surroundings);
                let server = server.map_err(|error: AddressError| invalid(error.to_string()))?;
                let device = Device {
                    device_id: device::id_in(&init.app_data_dir),
                    custom_client_type: init.custom_client_type,
                    ..Device::default()
                };
                let shared = self.connect(server, &init.app_key, device, &init.client_ca_file_path);
                state.shared = Some(shared.map_err(invalid)?);
            }
        }
        state.im = true;
        state.attempts = init.login_max_retry_times;
        Ok(())
    }

    fn room_init(&self, init: &RoomInit) -> Result<(), Refusal> {
        let mut state = self.state();
        let invalid = |message| of_room(Code::InvalidParameter, message);
        let asked = init.app_key.as_str();
        let nameless = asked.is_empty() && !(init.reuse_im && state.im);
        if nameless && init.reuse_im {
            let message =
                "reuseIM without an AppKey takes the one of nim::Client::Init, which was not called";
            return Err(of_room(Code::NotInitialized, message.to_owned()));
        }
        if nameless {
            return Err(invalid("the AppKey is empty".to_owned()));
        }
        match &state.shared {
            Some(shared) if !asked.is_empty() && shared.app_key != asked => {
                return Err(of_room(Code::InitConflict, String::new()));
            }
            Some(_) => {}
            None => {
                let server = address::of_room(init, &self.surroundings);
                let server = server.map_err(|error| invalid(error.to_string()))?;
                let shared = self.connect(server, asked, Device::default(), "");
                state.shared = Some(shared.map_err(invalid)?);
            }
        }
        let reuse = if init.reuse_im { ReuseIm::On } else { ReuseIm::Off };
        let room = state.shared.as_ref().map(|shared| Room { kit: shared.client.roomkit(reuse), reuse });
        state.room = state.room.take().or(room);
        Ok(())
    }

    /// IM is no longer used by the app: its login ends, and the client with the last user.
    fn im_cleanup(&self) {
        let mut state = self.state();
        if !std::mem::take(&mut state.im) {
            return;
        }
        if let Some(shared) = &state.shared
            && shared.login.forget()
        {
            let im = shared.client.im();
            self.goodbyes.spawn_on(async move { drop(im.logout().await) }, &self.handle);
        }
        if state.room.is_none() {
            state.shared = None;
        }
    }

    /// RoomKit is no longer used by the app.
    fn room_release(&self) {
        let mut state = self.state();
        if let Some(Room { kit, .. }) = state.room.take() {
            self.goodbyes.spawn_on(async move { drop(kit.logout().await) }, &self.handle);
        }
        if !state.im {
            state.shared = None;
        }
    }

    fn im_login(&self, id: u64, request: ImLogin) -> Result<Work, Refusal> {
        let mut login = read_login(request)?;
        if login.auth != LoginAuth::Static {
            login.token_provider = Some(self.tokens.provider());
        }
        let state = self.state();
        login.attempts = state.attempts;
        let (im, app_login) = match &state.shared {
            Some(shared) if state.im => (shared.client.im(), Arc::clone(&shared.login)),
            _ => return Err(of_im(Code::NotInitialized, String::new())),
        };
        app_login.begin(id);
        Ok(Box::pin(async move {
            let outcome = im.login_with(login).await;
            app_login.end(id, outcome.is_ok());
            let account = im.account().unwrap_or_default();
            match outcome {
                Ok(others) => done(sdk_reply::Body::ImLoggedIn(ImLoggedIn {
                    others: others.into_iter().map(|device| events::device(&account, device)).collect(),
                    account,
                })),
                Err(error) => im_failed(error),
            }
        }))
    }

    fn on_im<F>(&self, work: impl FnOnce(Im, Arc<AppLogin>) -> F) -> Result<Work, Refusal>
    where
        F: Future<Output = SdkReply> + Send + 'static,
    {
        let state = self.state();
        match &state.shared {
            Some(shared) if state.im => Ok(Box::pin(work(shared.client.im(), Arc::clone(&shared.login)))),
            _ => Err(of_im(Code::NotInitialized, String::new())),
        }
    }

    fn on_room<F>(&self, work: impl FnOnce(RoomKit) -> F) -> Work
    where
        F: Future<Output = Result<(), Error>> + Send + 'static,
    {
        let state = self.state();
        let (Some(room), Some(shared)) = (&state.room, &state.shared) else {
            return ready(refused(of_room(Code::NotInitialized, String::new())));
        };
        let working = work(room.kit.clone());
        // With reuse off IM is logged in by the way: nim:: shows as whom.
        let im = (room.reuse == ReuseIm::Off).then(|| shared.client.im());
        Box::pin(async move {
            if let Err(error) = working.await {
                return room_failed(error);
            }
            let account = im.and_then(|im| im.account());
            let body = account
                .map(|account| sdk_reply::Body::ImLoggedIn(ImLoggedIn { account, others: Vec::new() }));
            SdkReply { body, ..SdkReply::default() }
        })
    }
}

impl Facade {
    /// Rooms, chat and files.
    fn begin_in_rooms(&self, request: Body) -> Work {
        match request {
            Body::RoomCreate(create) => self.create_room(create),
            Body::RoomJoin(join) => self.join_room(join),
            Body::RoomTemplateFetch(fetch) => self.fetch_template(fetch.room_uuid),
            Body::RoomMyDevices(fetch) => self.my_devices(fetch.room_uuid),
            Body::RoomAct(act) => self.act(act),
            Body::RoomCommandSend(send) => self.send_command(send),
            Body::ChatSend(send) => self.send_chat(send),
            Body::ChatSendCancel(cancel) => self.cancel_transfer(cancel.archive_id, cancel.message_uuid),
            Body::ChatRecall(recall) => self.recall_chat(recall),
            Body::ChatHistory(history) => self.chat_history(history),
            Body::ChatMembers(members) => self.chat_members(members),
            Body::FileUpload(upload) => self.upload(upload),
            Body::FileDownload(download) => self.download(download),
            Body::FileDownloadCancel(cancel) => self.cancel_transfer(cancel.archive_id, cancel.message_uuid),
            _ => ready(refused(of_room(Code::NotSupported, String::new()))),
        }
    }
}

impl Perform for Facade {
    fn begin(&self, id: u64, request: Body) -> Result<Work, Refusal> {
        Ok(match request {
            Body::Defer(_) => ready(SdkReply::default()),
            Body::ImInit(init) => self.im_init(&init).map(|()| ready(im_done()))?,
            Body::ImCleanup(_) => {
                self.im_cleanup();
                ready(im_done())
            }
            Body::ImLogin(login) => self.im_login(id, login)?,
            Body::ImLogout(_) => self.on_im(|im, login| async move {
                let outcome = im.logout().await;
                if outcome.is_ok() {
                    login.forget();
                }
                outcome.map_or_else(im_failed, |()| im_done())
            })?,
            Body::ImRelogin(_) => {
                let client = self.state().shared.as_ref().map(|shared| shared.client.clone());
                Box::pin(async move {
                    if let Some(client) = client {
                        client.network_changed().await;
                    }
                    im_done()
                })
            }
            Body::ImKickOther(ImKickOther { device_ids }) => self.on_im(|im, _| async move {
                let kicked = im.kick(device_ids).await;
                kicked.map_or_else(im_failed, |device_ids| {
                    done(sdk_reply::Body::ImKickedOthers(ImKickedOthers { device_ids }))
                })
            })?,
            Body::ImSupplyToken(supply) => {
                self.tokens.supply(supply);
                ready(im_done())
            }
            Body::ImServerTime(_) => ready(refused(of_im(Code::NotSupported, String::new()))),
            Body::RoomInit(init) => {
                ready(self.room_init(&init).map_or_else(refused, |()| SdkReply::default()))
            }
            Body::RoomRelease(_) => {
                self.room_release();
                ready(SdkReply::default())
            }
            Body::RoomLogin(login) => {
                self.on_room(|kit| async move { kit.login(login.user_uuid, login.token).await.map(drop) })
            }
            Body::RoomLoginByDynamicToken(login) => self.on_room(|kit| async move {
                kit.login_by_dynamic_token(login.user_uuid, login.token).await.map(drop)
            }),
            Body::RoomLogout(_) => self.on_room(|kit| async move { kit.logout().await }),
            body => self.begin_in_rooms(body),
        })
    }

    fn close(&self) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.room_release();
        self.im_cleanup();
        self.goodbyes.close();
        let goodbyes = self.goodbyes.clone();
        Box::pin(async move { goodbyes.wait().await })
    }
}

/// The login that `json_extension` (made by `LoginCustomDataToJson`) describes.
fn read_login(request: ImLogin) -> Result<Login, Refusal> {
    let mut login = Login::new(request.account, request.password);
    if request.json_extension.is_empty() {
        return Ok(login);
    }
    let invalid = |message: &str| of_im(Code::InvalidParameter, message.to_owned());
    let extension: serde_json::Value = serde_json::from_str(&request.json_extension)
        .map_err(|error| invalid(&format!("json_extension of Login is not JSON: {error}")))?;
    let text = |key: &str| extension.get(key).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    login.custom_tag = text("custom_tag");
    login.extension = text("login_ex");
    login.auth = match extension.get("auth_type").and_then(serde_json::Value::as_i64).unwrap_or_default() {
        0 => LoginAuth::Static,
        1 => LoginAuth::Dynamic,
        2 => LoginAuth::Callback,
        _ => return Err(invalid("auth_type of Login is 0, 1 or 2")),
    };
    Ok(login)
}

fn ready(reply: SdkReply) -> Work {
    Box::pin(std::future::ready(reply))
}
