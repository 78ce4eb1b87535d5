//! What administrators and the app's own server do, on any gateway that runs.

use super::room::MEETING;
use super::world::{World, act};
use parlor_identity::app::{ClientKind, Group, LoginPolicy};
use parlor_protocol::ids::{ArchiveId, DeviceId};
use parlor_protocol::v1::{self, room_act::Act as Deed};
use parlor_server::app::{self, Component};
use parlor_server::fault::Fault;
use parlor_server::identity::im_account::{self, AccountChange, Which};
use parlor_server::identity::room_account::{self, NewRoomAccount, OnExisting, RoomAccountChange};
use parlor_server::node::Node;
use parlor_server::room::{self, OutsideAct, ServerAct, Service};
use std::collections::BTreeSet;
use std::future::Future;

impl World {
    /// One act of an administrator.
    pub(super) fn admin_acts(&mut self) {
        match self.dice.below(100) {
            0..22 => self.kick(),
            22..37 => self.block(),
            37..52 => self.unblock(),
            52..62 => self.change_token(),
            62..70 => self.change_room_token(),
            70..78 => self.rebind(),
            78..90 => self.set_policy(),
            90..96 => self.switch(Component::Room),
            _ => self.switch(Component::Im),
        }
    }

    /// An act of a session, and the end of that session at almost the same moment.
    pub(super) async fn race(&mut self) {
        let inside: Vec<usize> =
            (0..self.devices.len()).filter(|device| self.devices[*device].view().logged_in).collect();
        if inside.is_empty() {
            return self.app_acts();
        }
        let device = *self.dice.pick(&inside);
        if self.dice.chance(35) {
            return self.kick_without_answer(device).await;
        }
        match self.devices[device].view().room {
            Some(_) => self.room_logout(device),
            None => self.room_login(device, parlor_sdk::ReuseIm::On),
        }
        let weather = self.character.weather;
        let arrives_ms = weather.delay_ms + self.dice.between(0, weather.jitter_ms);
        let later_ms = self.dice.between(0, 2 * self.character.pause_ms.min(100));
        tokio::time::sleep(std::time::Duration::from_millis(arrives_ms + later_ms)).await;
        match self.dice.below(4) {
            0 => self.cut(),
            1 => self.admin_acts(),
            _ => self.kick_account(self.devices[device].account),
        }
    }

    /// Kicks the other devices of an account; the answer does not arrive, and the request is sent again.
    async fn kick_without_answer(&mut self, device: usize) {
        let account = self.devices[device].account;
        let siblings = self.devices.iter().filter(|other| other.account == account).map(|d| d.name.clone());
        let siblings = siblings.collect();
        self.kick_devices(device, siblings);
        let weather = self.character.weather;
        tokio::time::sleep(std::time::Duration::from_millis(self.dice.between(0, weather.delay_ms))).await;
        for laid in self.network.wires().into_iter().filter(|laid| laid.device == device) {
            let how_long = std::time::Duration::from_millis(self.dice.between(1_000, 14_000));
            laid.wire.silence(crate::wire::Side::Client, how_long);
            tokio::time::sleep(how_long / 2).await;
            laid.wire.cut(Some(std::time::Duration::ZERO), None);
        }
    }

    /// Runs an act beside everything else, and notes its answer.
    fn administer<Work>(&mut self, what: &str, work: impl FnOnce(Node) -> Work)
    where
        Work: Future<Output = Result<String, Fault>> + Send + 'static,
    {
        let gateway = self.dice.below(crate::gateway::GATEWAYS);
        let Some(node) = self.house.node(gateway) else { return };
        let (work, witness, what) = (work(node), self.witness.clone(), what.to_owned());
        witness.line(format!("administrator, gateway {gateway}: {what}"));
        self.house.run(gateway, async move {
            let answer = match work.await {
                Ok(answer) => answer,
                Err(fault) => format!("{:?}", fault.code),
            };
            witness.line(format!("administrator: {what}: {answer}"));
        });
    }

    fn fresh_token(&mut self) -> String {
        self.last_token += 1;
        format!("t{}", self.last_token)
    }

    fn kick(&mut self) {
        self.kick_account(self.dice.below(self.accounts.len()));
    }

    fn kick_account(&mut self, account: usize) {
        let accid = self.accounts[account].clone();
        let device = DeviceId::parse(&format!("d{}", self.dice.below(self.devices.len())));
        let some: BTreeSet<DeviceId> = device.into_iter().collect();
        let which = match self.dice.below(3) {
            0 => Which::All,
            1 => Which::Only(some),
            _ => Which::AllBut(some),
        };
        let app_id = self.app_id;
        self.administer(&format!("kick {which:?} of {accid}"), move |node| async move {
            let kicked = im_account::kick(&node, &act(&node, app_id), &accid, &which, "out").await?;
            Ok(format!("{} sessions", kicked.len()))
        });
    }

    fn change_account(&mut self, account: usize, name: &'static str, change: AccountChange) {
        let (accid, app_id) = (self.accounts[account].clone(), self.app_id);
        let kick = change.kick.is_some();
        self.administer(&format!("{name} {accid}, kick {kick}"), move |node| async move {
            im_account::change(&node, &act(&node, app_id), name, &accid, &change).await?;
            Ok("done".to_owned())
        });
    }

    fn maybe_kick(&self) -> Option<String> {
        self.dice.chance(50).then(|| "out".to_owned())
    }

    fn block(&mut self) {
        let account = self.dice.below(self.accounts.len());
        let change =
            AccountChange { enabled: Some(false), kick: self.maybe_kick(), ..AccountChange::default() };
        self.change_account(account, "block", change);
    }

    fn unblock(&mut self) {
        let blocked =
            self.witness.judge(|judge| judge.facts().accounts.iter().position(|account| !account.enabled));
        if let Some(account) = blocked {
            let change = AccountChange { enabled: Some(true), ..AccountChange::default() };
            self.change_account(account, "unblock", change);
        }
    }

    fn change_token(&mut self) {
        let account = self.dice.below(self.accounts.len());
        let (token, kick) = (Some(self.fresh_token()), self.maybe_kick());
        self.change_account(account, "new token", AccountChange { token, kick, ..AccountChange::default() });
    }

    fn change_room_token(&mut self) {
        let user = self.dice.pick(&self.users).clone();
        let change =
            RoomAccountChange { user_token: Some(self.fresh_token()), ..RoomAccountChange::default() };
        let app_id = self.app_id;
        self.administer(&format!("new room token of {user}"), move |node| async move {
            room_account::change(&node, &act(&node, app_id), &user, &change).await?;
            Ok("done".to_owned())
        });
    }

    /// Binds a room account to another account that is free, with that account's token.
    fn rebind(&mut self) {
        let user = self.dice.pick(&self.users).clone();
        let account = self.dice.below(self.accounts.len());
        let new = NewRoomAccount {
            user_uuid: user.clone(),
            user_token: None,
            user_name: None,
            icon: None,
            im_accid: Some(self.accounts[account].clone()),
            im_token: Some(self.token(account)),
            existing: OnExisting::Update,
        };
        let (app_id, accid) = (self.app_id, self.accounts[account].clone());
        self.administer(&format!("bind {user} to {accid}"), move |node| async move {
            room_account::create(&node, &act(&node, app_id), &new).await?;
            Ok("done".to_owned())
        });
    }

    fn set_policy(&mut self) {
        use ClientKind::{Android, Ios, Macos, Web, Windows};
        let group = |kinds: &[ClientKind], limit| Group { kinds: kinds.to_vec(), limit };
        let limit = 1 + self.dice.below(2) as u8;
        let policy = match self.dice.below(5) {
            0 => LoginPolicy::OneDevice,
            1 => LoginPolicy::All,
            2 => LoginPolicy::Custom(vec![group(&[Android, Windows, Web], limit), group(&[Ios, Macos], 1)]),
            _ => LoginPolicy::OnePerClass,
        };
        let app_key = self.app_key.clone();
        self.administer(&format!("policy {policy:?}"), move |node| async move {
            app::set_login_policy(&node, "sim", &app_key, policy).await?;
            Ok("done".to_owned())
        });
    }

    /// Something that the app's server does in a room.
    pub(super) fn serve_room(&mut self) {
        let live = self.witness.judge(|judge| judge.live_rooms());
        if live.is_empty() {
            return;
        }
        let (id, user_uuid) = (*self.dice.pick(&live), self.somebody());
        if self.dice.chance(15) {
            let places = 1 + self.dice.below(3) as u32;
            return self.serve(id, "places", OutsideAct::Server(ServerAct::SetMaxMembers(places)));
        }
        let (what, deed) = match self.dice.below(10) {
            0 => ("end", Deed::End(v1::ActEnd {})),
            1..4 => ("kick", Deed::Kick(v1::ActKick { user_uuid, to_blacklist: self.dice.chance(30) })),
            4..8 => {
                let template = self.witness.judge(|judge| judge.template_of_room(id)).unwrap_or(MEETING);
                let role = self.some_role(template).to_owned();
                let changes = vec![v1::ActChangeRole { user_uuid, role }];
                ("role", Deed::ChangeRoles(v1::ActChangeRoles { changes }))
            }
            _ => {
                let (kind, banned) = (1 + self.dice.below(3) as i32, self.dice.chance(70));
                let duration_s = *self.dice.pick(&[0, 3, 30]);
                let ban = v1::ActBan { user_uuid, kind, banned, duration_s, notify_ext: String::new() };
                ("ban", Deed::Ban(ban))
            }
        };
        self.serve(id, what, OutsideAct::Member(deed));
    }

    fn serve(&mut self, id: i64, what: &'static str, deed: OutsideAct) {
        self.witness.judge(|judge| judge.server_asks(id, what));
        let (app_id, archive_id) = (self.app_id, ArchiveId(id.unsigned_abs()));
        self.administer(&format!("in room {id}: {deed:?}"), move |node| async move {
            let call = act(&node, app_id);
            let service = Service { audit: None, acts: vec![deed] };
            room::serve(&node, &call, archive_id, service).await?;
            Ok("done".to_owned())
        });
    }

    fn switch(&mut self, component: Component) {
        let (im_on, room_on) = self.witness.judge(|judge| (judge.facts().im_on, judge.facts().room_on));
        let on = match component {
            Component::Im => !im_on,
            Component::Room => !room_on,
        };
        let app_key = self.app_key.clone();
        self.administer(&format!("{component:?} on {on}"), move |node| async move {
            app::switch(&node, "sim", &app_key, component, on).await?;
            Ok("done".to_owned())
        });
    }
}
