//! What apps do with their clients: logging in and out, of IM and of rooms, with reuse and without, kicking, starting
//! anew.

use super::device::Installed;
use super::world::World;
use crate::witness::Witness;
use parlor_sdk::{Client, Config, ImEvent, Login, ReuseIm};
use std::time::Duration;
use tokio::task::AbortHandle;

/// The command id of what is for one person.
pub(super) const FOR_ONE: i32 = 10_002;

impl World {
    /// Starts the app on a device.
    pub(super) fn install(&mut self, device: usize, client_type: i32, account: usize) -> Installed {
        self.last_client += 1;
        let (number, name) = (self.last_client, format!("d{device}"));
        let mut config = Config::new("sim", self.app_key.clone()).device_id(&name).client_type(client_type);
        let mut seed = [0; 16];
        seed[..8].copy_from_slice(&self.dice.draw().to_le_bytes());
        config.seed = Some(seed);
        config.enter_timeout = Duration::from_secs(*self.dice.pick(&[5, 10]));
        let client = Client::with_connector(config, self.network.connector(device, number, &self.app_key));
        self.witness.judge(|judge| judge.client(number, &name));
        let tasks =
            [report_im, report_auth, report_commands].map(|report| report(&client, number, &self.witness));
        let account_name = &self.accounts[account];
        self.witness.line(format!("client {number} starts on {name} of {account_name}, type {client_type}"));
        Installed { name, client_type, account, number, client, tasks: tasks.into() }
    }

    /// One act of one app.
    pub(super) fn app_acts(&mut self) {
        let device = self.dice.below(self.devices.len());
        match self.dice.below(100) {
            0..30 => self.im_login(device),
            30..45 => self.room_login(device, ReuseIm::On),
            45..58 => self.room_login(device, ReuseIm::Off),
            58..64 => self.login_by_im(device),
            64..72 => self.im_logout(device),
            72..80 => self.room_logout(device),
            80..90 => self.kick_own(device),
            90..93 => self.renew(device),
            93..96 => {
                let client = self.devices[device].client.clone();
                self.call(device, "network changed", async move {
                    client.network_changed().await;
                    "done".to_owned()
                });
            }
            _ => {
                let Installed { client_type, account, .. } = self.devices[device];
                self.witness.line(format!("client {} is closed", self.devices[device].number));
                self.devices[device] = self.install(device, client_type, account);
            }
        }
    }

    /// Runs a call of the app beside everything else, and notes its answer.
    pub(super) fn call(
        &mut self,
        device: usize,
        what: &str,
        call: impl Future<Output = String> + Send + 'static,
    ) {
        let installed = &mut self.devices[device];
        let (number, witness) = (installed.number, self.witness.clone());
        witness.line(format!("client {number}: {what}"));
        let what = what.to_owned();
        let task = tokio::spawn(async move {
            let answer = call.await;
            witness.line(format!("client {number}: {what}: {answer}"));
        });
        installed.tasks.retain(|task| !task.is_finished());
        installed.tasks.push(task.abort_handle());
    }

    fn login_of(&self, device: usize) -> Login {
        let account = self.devices[device].account;
        let mut token = self.token(account);
        if self.dice.chance(5) {
            token = "wrong".to_owned();
        }
        let mut login = Login::new(self.accounts[account].as_str(), token);
        login.force = self.dice.chance(30);
        login
    }

    fn im_login(&mut self, device: usize) {
        let (login, client) = (self.login_of(device), self.devices[device].client.clone());
        self.call(device, "IM login", async move { shown(client.im().login_with(login).await.map(|_| ())) });
    }

    fn login_by_im(&mut self, device: usize) {
        let (login, client) = (self.login_of(device), self.devices[device].client.clone());
        self.room_asked(device);
        let (number, witness) = (self.devices[device].number, self.witness.clone());
        self.call(device, "login by IM", async move {
            let outcome = client.roomkit(ReuseIm::Off).login_by_im(login).await.map(|_| ());
            note_refusal(&witness, number, &outcome);
            shown(outcome)
        });
    }

    pub(super) fn room_login(&mut self, device: usize, reuse: ReuseIm) {
        let account = self.devices[device].account;
        let own = (0..self.users.len()).find(|user| self.room(*user).1 == self.accounts[account].as_str());
        let user = match own {
            Some(user) if !self.dice.chance(10) => user,
            _ => self.dice.below(self.users.len()),
        };
        let mut token = self.room(user).0;
        if self.dice.chance(5) {
            token = "wrong".to_owned();
        }
        let (user, client) = (self.users[user].to_string(), self.devices[device].client.clone());
        self.room_asked(device);
        let (number, witness) = (self.devices[device].number, self.witness.clone());
        self.call(device, &format!("room login of {user}, reuse {reuse:?}"), async move {
            let outcome = client.roomkit(reuse).login(user, token).await.map(|_| ());
            if reuse == ReuseIm::Off {
                note_refusal(&witness, number, &outcome);
            }
            shown(outcome)
        });
    }

    /// A room login on an IM login that stands counts from now.
    fn room_asked(&self, device: usize) {
        let installed = &self.devices[device];
        if installed.view().room.is_none() {
            let at_ms = self.witness.now_ms();
            self.witness.judge(|judge| judge.room_called(installed.number, at_ms));
        }
    }

    fn im_logout(&mut self, device: usize) {
        let (client, number) = (self.devices[device].client.clone(), self.devices[device].number);
        self.witness.judge(|judge| judge.logout_called(number, true));
        self.call(device, "IM logout", async move { shown(client.im().logout().await) });
    }

    pub(super) fn room_logout(&mut self, device: usize) {
        let (client, number) = (self.devices[device].client.clone(), self.devices[device].number);
        // Where RoomKit made the login, IM goes with it.
        self.witness.judge(|judge| judge.logout_called(number, true));
        self.call(device, "room logout", async move { shown(client.roomkit(ReuseIm::On).logout().await) });
    }

    pub(super) fn kick_own(&mut self, device: usize) {
        let count = 1 + self.dice.below(2);
        let names: Vec<String> = (0..count).map(|_| self.dice.pick(&self.devices).name.clone()).collect();
        self.kick_devices(device, names);
    }

    pub(super) fn kick_devices(&mut self, device: usize, names: Vec<String>) {
        let client = self.devices[device].client.clone();
        self.call(device, &format!("kick {names:?}"), async move {
            match client.im().kick(names).await {
                Ok(kicked) => format!("{kicked:?}"),
                Err(error) => format!("{:?}", error.code),
            }
        });
    }

    fn renew(&mut self, device: usize) {
        let room = self.devices[device].view().room;
        let user = self.users.iter().position(|user| room.as_deref() == Some(user.as_str()));
        let token = user.map_or_else(|| "none".to_owned(), |user| self.room(user).0);
        let client = self.devices[device].client.clone();
        self.call(device, "renew room token", async move {
            shown(client.roomkit(ReuseIm::On).renew_token(token).await)
        });
    }
}

/// A refused login that was to bring IM too takes it along, unless the refusal was of the call alone.
fn note_refusal(witness: &Witness, number: usize, outcome: &Result<(), parlor_sdk::Error>) {
    use parlor_sdk::Code;
    let of_the_call = [
        Code::DuplicateCall,
        Code::LoggedInAlready,
        Code::ImAlreadyLoggedIn,
        Code::RoomLoggedInOther,
        Code::ReuseImAccountMismatch,
    ];
    if outcome.as_ref().is_err_and(|error| !of_the_call.contains(&error.code)) {
        witness.judge(|judge| judge.login_refused(number));
    }
}

fn shown(outcome: Result<(), parlor_sdk::Error>) -> String {
    match outcome {
        Ok(()) => "done".to_owned(),
        Err(error) => format!("{:?}", error.code),
    }
}

fn report_im(client: &Client, number: usize, witness: &Witness) -> AbortHandle {
    let (mut events, witness) = (client.im().events(), witness.clone());
    let task = tokio::spawn(async move {
        while let Some(event) = events.next().await {
            match event {
                ImEvent::Kicked { reason, .. } => {
                    witness.line(format!("client {number} reports a kick, reason {reason}"));
                    witness.judge(|judge| judge.client_kicked(number, reason));
                }
                ImEvent::LoginLost(failure) => {
                    let code = format!("{:?}", failure.code);
                    witness.line(format!("client {number} gives its login up: {code}"));
                    witness.judge(|judge| judge.client_lost(number, &code));
                }
                ImEvent::Disconnected | ImEvent::Resumed | ImEvent::LoggedInAgain { .. } => {
                    let text = format!("{event:?}");
                    let name = text.split([' ', '{']).next().unwrap_or_default();
                    witness.line(format!("client {number} reports {name}"));
                }
                _ => {}
            }
        }
    });
    task.abort_handle()
}

fn report_auth(client: &Client, number: usize, witness: &Witness) -> AbortHandle {
    let (mut events, witness) = (client.roomkit(ReuseIm::On).events(), witness.clone());
    let task = tokio::spawn(async move {
        while let Some(notice) = events.next().await {
            let event = format!("{:?}", notice.event);
            let cause = notice.cause.map(|cause| cause.name());
            witness.line(format!("client {number} reports {event} by {cause:?}"));
            witness.judge(|judge| judge.client_auth(number, &event, cause));
        }
    });
    task.abort_handle()
}

fn report_commands(client: &Client, number: usize, witness: &Witness) -> AbortHandle {
    let (mut commands, witness) = (client.roomkit(ReuseIm::On).messages().events(), witness.clone());
    let task = tokio::spawn(async move {
        while let Some(command) = commands.next().await {
            // What is for a room is in the room's stream.
            if command.command_id == FOR_ONE {
                witness.line(format!("client {number} hears command {}", command.data));
                witness.judge(|judge| judge.client_hears_command(number, &command.data));
            }
        }
    });
    task.abort_handle()
}
