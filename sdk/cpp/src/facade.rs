//! What `nim::` and `neroom::` share: one client, and who of the two has initialised it.

use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

use parlor_protocol::codes::Code;
use tokio::runtime::Handle;

use crate::address::{self, AddressError, Surroundings};
use crate::r#gen::{ImInit, RoomInit, SdkReply, sdk_request::Body};
use crate::threads::{Events, Perform, Refusal, Work};

/// Performs requests on the Rust SDK.
pub(crate) struct Facade {
    #[allow(dead_code)]
    events: Events,
    #[allow(dead_code)]
    handle: Handle,
    surroundings: Surroundings,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    shared: Option<Shared>,
    im: bool,
    room: Option<Room>,
}

struct Shared {
    app_key: String,
    #[allow(dead_code)]
    server: String,
}

struct Room {
    #[allow(dead_code)]
    reuse_im: bool,
}

impl Facade {
    /// Nothing is initialised yet.
    pub(crate) fn new(events: Events, handle: Handle) -> Facade {
        Facade { events, handle, surroundings: Surroundings::of_process(), state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn im_init(&self, init: &ImInit) -> Result<(), Refusal> {
        let mut state = self.state();
        if init.app_key.is_empty() {
            return Err(im(Code::InvalidParameter, "the AppKey is empty"));
        }
        match &state.shared {
            Some(shared) if shared.app_key != init.app_key => return Err(im(Code::InitConflict, "")),
            Some(_) => {}
            None => {
                let server = address::of_im(init, &self.surroundings).map_err(|error| unaddressed(&error))?;
                state.shared = Some(Shared { app_key: init.app_key.clone(), server });
            }
        }
        state.im = true;
        Ok(())
    }

    fn room_init(&self, init: &RoomInit) -> Result<(), Refusal> {
        let mut state = self.state();
        let asked = init.app_key.as_str();
        match &state.shared {
            Some(shared) if !asked.is_empty() && shared.app_key != asked => {
                return Err(room(Code::InitConflict, ""));
            }
            Some(_) if !asked.is_empty() || init.reuse_im => {}
            Some(_) => return Err(room(Code::InvalidParameter, "the AppKey is empty")),
            None if asked.is_empty() && init.reuse_im => {
                return Err(room(Code::NotInitialized, "reuseIM without an AppKey needs nim::Client::Init"));
            }
            None if asked.is_empty() => return Err(room(Code::InvalidParameter, "the AppKey is empty")),
            None => {
                let server =
                    address::of_room(init, &self.surroundings).map_err(|error| unaddressed(&error))?;
                state.shared = Some(Shared { app_key: asked.to_owned(), server });
            }
        }
        state.room.get_or_insert(Room { reuse_im: init.reuse_im });
        Ok(())
    }
}

impl Perform for Facade {
    fn begin(&self, _id: u64, request: Body) -> Result<Work, Refusal> {
        let reply = match request {
            Body::ImInit(init) => self.im_init(&init).map(|()| SdkReply::default())?,
            Body::RoomInit(init) => self.room_init(&init).map_or_else(refused, |()| SdkReply::default()),
            _ => refused(Code::NotSupported.into()),
        };
        Ok(Box::pin(std::future::ready(reply)))
    }

    fn close(&self) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(std::future::ready(()))
    }
}

fn im(code: Code, message: &str) -> Refusal {
    Refusal { number: code.cpp_nim(), message: sentence(code, message) }
}

fn room(code: Code, message: &str) -> Refusal {
    Refusal { number: code.room(), message: sentence(code, message) }
}

fn sentence(code: Code, message: &str) -> String {
    if message.is_empty() { code.developer().to_owned() } else { message.to_owned() }
}

fn unaddressed(error: &AddressError) -> Refusal {
    Refusal { number: Code::InvalidParameter.cpp_nim(), message: error.to_string() }
}

fn refused(refusal: Refusal) -> SdkReply {
    SdkReply { code: refusal.number, message: refusal.message, body: None }
}
