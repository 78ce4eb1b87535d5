//! What a history begins with: an app, accounts, devices, two gateways, and a character of its own.

use super::device::Installed;
use crate::dice::Dice;
use crate::gateway::{GATEWAYS, House};
use crate::judge::View;
use crate::network::Network;
use crate::wire::Weather;
use crate::witness::Witness;
use parlor_identity::app::LoginPolicy;
use parlor_protocol::ids::{Accid, AppId, UserUuid};
use parlor_server::act::Act;
use parlor_server::app;
use parlor_server::config::Config;
use parlor_server::fault::Fault;
use parlor_server::identity::im_account::{self, NewAccount};
use parlor_server::identity::room_account::{self, NewRoomAccount, OnExisting};
use parlor_server::node::Node;
use parlor_server::room::put_template;

/// NIMClientTypes that devices have: Android, iOS, Windows, Web, macOS.
const CLIENT_TYPES: [i32; 5] = [1, 2, 4, 16, 64];

/// The rooms' uuids, so few that everybody meets.
pub(super) const ROOMS: [&str; 2] = ["r1", "r2"];

/// The second room has a password.
pub(super) fn password_of(room_uuid: &str) -> &'static str {
    if room_uuid == ROOMS[1] { "pw" } else { "" }
}

/// The world of one history.
pub(super) struct World {
    pub(super) dice: Dice,
    pub(super) witness: Witness,
    pub(super) house: House,
    pub(super) network: Network,
    pub(super) app_key: String,
    pub(super) app_id: AppId,
    pub(super) accounts: Vec<Accid>,
    pub(super) users: Vec<UserUuid>,
    pub(super) devices: Vec<Installed>,
    /// How many acts there are.
    pub(super) acts: usize,
    /// The power may go.
    pub(super) power_fails: bool,
    pub(super) last_client: usize,
    pub(super) last_token: u64,
    pub(super) last_stay: u64,
    pub(super) last_message: u64,
    pub(super) last_command: u64,
    pub(super) last_room: u64,
    /// The history is about rooms.
    pub(super) rooms: bool,
    /// The number of the app's own template.
    pub(super) lesson: i64,
    pub(super) character: Character,
}

/// What is different from history to history.
#[derive(Clone, Copy, Debug)]
pub(super) struct Character {
    pub(super) pause_percent: u64,
    pub(super) pause_ms: u64,
    pub(super) event_delay_ms: u64,
    pub(super) weather: Weather,
}

impl Character {
    fn draw(dice: &Dice) -> Self {
        Self {
            pause_percent: *dice.pick(&[0, 10, 30, 60]),
            pause_ms: *dice.pick(&[2, 20, 200, 3_000]),
            event_delay_ms: *dice.pick(&[0, 5, 100, 3_000]),
            weather: Weather {
                delay_ms: *dice.pick(&[1, 10, 80, 600]),
                jitter_ms: *dice.pick(&[0, 5, 100, 2_000]),
                bytes_per_ms: *dice.pick(&[0, 0, 0, 1]),
            },
        }
    }
}

impl World {
    pub(super) async fn new(seed: u64, witness: &Witness) -> Result<Self, String> {
        let dice = Dice::new(seed);
        let mut config = Config::default();
        config.link.failed_logins_per_minute = *dice.pick(&[0, 0, 10]);
        config.link.logins_per_s = *dice.pick(&[2_000, 2_000, 2_000, 1]);
        let house = House::new(seed, &dice, witness, config);
        house.listen();
        for gateway in 0..GATEWAYS {
            house.start(gateway).await?;
        }
        let node = house.node(0).ok_or("no gateway")?;
        let created = app::create(&node, "sim", "app", true).await.map_err(|f| f.to_string())?;
        let rooms = dice.chance(60);
        if rooms && dice.chance(60) {
            let many = app::set_login_policy(&node, "sim", created.app_key.as_str(), LoginPolicy::All).await;
            many.map_err(|f| f.to_string())?;
        }
        let lesson = if rooms { own_template(&node, created.app_id).await? } else { 0 };
        let (accounts, users) =
            people(&node, created.app_id, 1 + dice.below(3)).await.map_err(|f| f.to_string())?;
        witness.watch(created.app_id, &accounts, &users);
        for room_uuid in ROOMS {
            witness.judge(|judge| judge.room_password(room_uuid, password_of(room_uuid)));
        }
        let looking = witness.clone();
        let looked = node.store.read(move |view| {
            looking.committed(view);
            Ok(())
        });
        looked.await.map_err(|cause| cause.to_string())?;
        let character = Character::draw(&dice);
        let count = 2 + dice.below(3 + accounts.len());
        let network = Network::new(&dice, witness, &house, character.weather, count);
        house.conditions(character.pause_percent, character.pause_ms, character.event_delay_ms);
        let mut world = Self {
            acts: if rooms { 20 + dice.below(60) } else { 5 + dice.below(40) },
            power_fails: dice.chance(25),
            app_key: created.app_key.to_string(),
            app_id: created.app_id,
            devices: Vec::new(),
            last_client: 0,
            last_token: 0,
            last_stay: 0,
            last_message: 0,
            last_command: 0,
            last_room: 0,
            rooms,
            lesson,
            dice,
            witness: witness.clone(),
            house,
            network,
            accounts,
            users,
            character,
        };
        witness.line(format!("seed {seed}: {character:?}, {} acts", world.acts));
        for number in 0..count {
            let client_type = *world.dice.pick(&CLIENT_TYPES);
            let account = world.dice.below(world.accounts.len());
            let installed = world.install(number, client_type, account);
            world.devices.push(installed);
        }
        Ok(world)
    }

    /// An account's token, as it is now.
    pub(super) fn token(&self, account: usize) -> String {
        let name = self.accounts[account].as_str();
        self.witness.judge(|judge| {
            let account = judge.facts().accounts.iter().find(|a| a.name == name);
            account.map_or_else(String::new, |a| a.token.clone())
        })
    }

    /// A room account's token and the account it is bound to, as they are now.
    pub(super) fn room(&self, user: usize) -> (String, String) {
        let name = self.users[user].as_str();
        self.witness.judge(|judge| {
            let room = judge.facts().rooms.iter().find(|r| r.user == name);
            room.map(|r| (r.token.clone(), r.account.clone())).unwrap_or_default()
        })
    }

    /// No more misfortune, and everything runs.
    pub(super) async fn calm(&mut self) -> Result<(), String> {
        self.witness.line("calm");
        self.house.conditions(0, 1, 5);
        let weather = Weather { delay_ms: 20, jitter_ms: 5, bytes_per_ms: 0 };
        self.network.calm(weather);
        for gateway in 0..GATEWAYS {
            if self.house.node(gateway).is_none() {
                self.house.start(gateway).await?;
            }
        }
        Ok(())
    }

    /// How the clients see themselves.
    pub(super) fn views(&self) -> Vec<View> {
        self.devices.iter().map(Installed::view).collect()
    }
}

/// The app's own template, with a rule of every kind.
async fn own_template(node: &Node, app_id: AppId) -> Result<i64, String> {
    let lesson = include_str!("lesson.json");
    let made = put_template(node, &act(node, app_id), None, lesson).await;
    made.map(|made| made.template_id).map_err(|fault| fault.to_string())
}

/// Accounts, each with a room account of the same name bound to it, and one account without.
async fn people(node: &Node, app_id: AppId, count: usize) -> Result<(Vec<Accid>, Vec<UserUuid>), Fault> {
    let act = act(node, app_id);
    let (mut accounts, mut users) = (Vec::new(), Vec::new());
    for name in ["ann", "bob", "cid"].into_iter().take(count) {
        let (accid, user_uuid) = (Accid::parse(name)?, UserUuid::parse(&format!("{name}-r"))?);
        let token = Some(format!("{name}-0"));
        im_account::create(node, &act, &NewAccount::named(accid.clone(), token.clone())).await?;
        let room = NewRoomAccount {
            user_uuid: user_uuid.clone(),
            user_token: Some(format!("{name}-r0")),
            user_name: None,
            icon: None,
            im_accid: Some(accid.clone()),
            im_token: token,
            existing: OnExisting::Refuse,
        };
        room_account::create(node, &act, &room).await?;
        accounts.push(accid);
        users.push(user_uuid);
    }
    let spare = Accid::parse("dan")?;
    im_account::create(node, &act, &NewAccount::named(spare.clone(), Some("dan-0".into()))).await?;
    accounts.push(spare);
    Ok((accounts, users))
}

/// An administrator's act, now.
pub(super) fn act(node: &Node, app_id: AppId) -> Act {
    Act { app_id, actor: "sim".to_owned(), now_ms: node.clock.now_ms(), once: None }
}
