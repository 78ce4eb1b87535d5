//! A device of a history, with the app on it.

use crate::judge::View;
use parlor_sdk::{Client, ReuseIm};
use tokio::task::AbortHandle;

/// A device with the app on it.
pub(super) struct Installed {
    pub(super) name: String,
    pub(super) client_type: i32,
    /// Whose device it is: the number of an account.
    pub(super) account: usize,
    /// The client that runs; another number after each start.
    pub(super) number: usize,
    pub(super) client: Client,
    /// The app's calls that are on their way, and its listeners.
    pub(super) tasks: Vec<AbortHandle>,
}

impl Installed {
    /// How the client sees itself.
    pub(super) fn view(&self) -> View {
        View {
            client: self.number,
            logged_in: self.client.im().is_logged_in(),
            room: self.client.roomkit(ReuseIm::On).identity().map(|room| room.user_uuid),
        }
    }
}

impl Drop for Installed {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}
