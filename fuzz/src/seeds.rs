//! The inputs that the fuzzer starts from: each request of the link and each route of the API, in a form that holds.
//! `cargo run --package parlor-fuzz --bin fuzz-seeds` writes them into the corpus.

mod call;
mod media;
mod room;

use crate::link::{IN_MEETING, IN_ROOM, LOGGED_IN, RESUMED, TOKEN, input, login, request, room_login};
use crate::world::APP_KEY;
use parlor_protocol::v1;
use parlor_protocol::v1::request::Body;

/// A file's name and what it holds.
pub type Seed = (String, Vec<u8>);

/// For the target `link`.
pub fn link() -> Vec<Seed> {
    let one = |body: Body| vec![request(body).to_vec()];
    let kick = v1::KickDevices { device_ids: vec!["fuzz1".into(), "fuzz2".into()] };
    let renew = v1::RenewRoomToken { auth_type: 0, token: TOKEN.into() };
    let resume = v1::Resume {
        version: 1,
        app_key: APP_KEY.into(),
        session_id: 1,
        resume_key: vec![0; 32],
        capabilities: vec!["parts".into()],
    };
    let dynamic = v1::Login { auth_type: v1::AuthType::Dynamic.into(), ..login("bob", "fuzz3") };
    let ticket =
        v1::Login { auth_type: v1::AuthType::Ticket.into(), account: String::new(), ..login("", "fuzz4") };
    let by_im = v1::RoomLogin { auth_type: v1::RoomAuthType::Im.into(), ..v1::RoomLogin::default() };
    let mut two = one(Body::RoomLogin(room_login("alice")));
    two.extend(one(Body::Ping(v1::Ping {})));
    let seeds = [
        ("login", 0, one(Body::Login(login("bob", "fuzz2")))),
        ("login-dynamic", 0, one(Body::Login(dynamic))),
        ("login-ticket", 0, one(Body::Login(ticket))),
        ("resume-unknown", 0, one(Body::Resume(resume))),
        ("ping-before-login", 0, one(Body::Ping(v1::Ping {}))),
        ("garbage", LOGGED_IN, vec![vec![0xff; 40]]),
        ("ping", LOGGED_IN, one(Body::Ping(v1::Ping {}))),
        ("logout", LOGGED_IN, one(Body::Logout(v1::Logout {}))),
        ("kick-devices", LOGGED_IN, one(Body::KickDevices(kick))),
        ("room-login", LOGGED_IN, two),
        ("room-login-im", LOGGED_IN, one(Body::RoomLogin(by_im))),
        ("room-logout", LOGGED_IN | IN_ROOM, one(Body::RoomLogout(v1::RoomLogout {}))),
        ("renew-room-token", LOGGED_IN | IN_ROOM, one(Body::RenewRoomToken(renew))),
        ("resumed-ping", RESUMED, one(Body::Ping(v1::Ping {}))),
        ("resumed-in-room", RESUMED | IN_ROOM, one(Body::RoomLogout(v1::RoomLogout {}))),
    ];
    let mut all: Vec<Seed> =
        seeds.into_iter().map(|(name, flags, frames)| (name.to_owned(), input(flags, &frames))).collect();
    for (name, bodies) in room::requests().into_iter().chain(media::requests()) {
        let frames: Vec<_> = bodies.into_iter().map(|body| request(body).to_vec()).collect();
        all.push((name, input(LOGGED_IN | IN_ROOM | IN_MEETING, &frames)));
    }
    all
}

/// Calls for the target `http`, in an order in which each succeeds.
const CALLS: &[(&str, &str)] = &[
    ("POST /nimserver/user/create.action", "accid=ann&token=secret&name=Ann&gender=1&ex=%7B%7D"),
    ("POST /nimserver/user/update.action", "accid=ann&token=secret2"),
    ("POST /nimserver/user/refreshToken.action", "accid=ann"),
    ("POST /nimserver/user/block.action", "accid=ann&needkick=true&kickNotifyExt=bye"),
    ("POST /nimserver/user/unblock.action", "accid=ann"),
    ("POST /nimserver/user/mute.action", "accid=ann&mute=true"),
    ("POST /nimserver/user/muteModule.action", "accid=ann&muteP2P=true&muteTeam=false"),
    ("POST /nimserver/user/setDonnop.action", "accid=ann&donnopOpen=true"),
    ("POST /nimserver/user/getUinfos.action", "accids=%5B%22ann%22%5D&muteStatus=true"),
    ("POST /nimserver/user/updateUinfo.action", "accid=ann&name=Anna&email=a%40example.org&birth=2001-01-01"),
    ("POST /nimserver/user/userOnlineStatus.action", "accids=%5B%22ann%22%5D"),
    (
        "POST /im/v2/accounts",
        r#"{"account_id":"bea","token":"secret","configuration":{"enabled":true},"user_information":{"name":"Bea"}}"#,
    ),
    ("GET /im/v2/accounts?account_ids=bea,ann", ""),
    ("GET /im/v2/accounts/bea", ""),
    ("PATCH /im/v2/accounts/bea", r#"{"token":"secret2","configuration":{"p2p_chat_banned":true}}"#),
    ("PATCH /im/v2/accounts/bea/actions/disable", r#"{"enabled":false,"need_kick":true}"#),
    ("PATCH /im/v2/accounts/bea/actions/push_config", r#"{"push_enabled_when_desktop_online":true}"#),
    ("PATCH /im/v2/accounts/bea/actions/refresh_token", "{}"),
    ("POST /im/v2/accounts/bea/actions/kick", r#"{"type":1}"#),
    ("PATCH /im/v2/users/bea", r#"{"name":"Beate","extension":"x"}"#),
    ("GET /im/v2/users/bea", ""),
    ("GET /im/v2/users?account_ids=bea", ""),
    ("POST /im/v2/users/actions/online_status", r#"{"account_ids":["bea"]}"#),
    (
        "POST /neroom/v3/users",
        r#"{"user_uuid":"cat","user_token":"room","user_name":"Cat","icon":"https://icon.example/c.png"}"#,
    ),
    ("POST /neroom/v3/users", r#"{"user_uuid":"cat","update_on_conflict":true,"user_name":"Kat"}"#),
    ("PUT /apps/fuzzapp/v1/users/dan", r#"{"userToken":"room","userName":"Dan","assertNotExist":true}"#),
    ("PATCH /neroom/v3/users/cat", r#"{"user_name":"Cathy","user_token":"room2"}"#),
    ("PUT /apps/fuzzapp/v1/users/dan/update", r#"{"userName":"Daniel"}"#),
    ("GET /neroom/v3/users/cat", ""),
    ("GET /neroom/v3/users?user_uuids=cat,dan", ""),
    ("POST /neroom/v4/rtc_uid", r#"{"user_uuid":"cat","device_id":"d1"}"#),
    ("POST /apps/v1/getToken", r#"{"userUuid":"dan"}"#),
    ("POST /apps/v1/refreshToken", r#"{"userUuid":"dan"}"#),
    ("POST /scene/apps/fuzzapp/v1/login", r#"{"userUuid":"dan","userToken":"room","authType":0}"#),
    (
        "POST /neroom/v4/rooms",
        r#"{"template_id":40,"room_uuid":"tea","room_name":"Tea","password":"p","host_user_uuid":"cat","type":1,"config":{"chatroom":true,"rtc":true}}"#,
    ),
    ("POST /neroom/v3/rooms", r#"{"template_id":3,"room_uuid":"live","room_name":"Live","type":2}"#),
    (
        "PUT /apps/v2/room",
        r#"{"templateId":569,"roomUuid":"songs","roomName":"Songs","roomConfig":{"resource":{"chatroom":true}}}"#,
    ),
    ("PUT /apps/fuzzapp/v1/rooms/class", r#"{"configId":400,"roomName":"Class"}"#),
    ("POST /neroom/v4/rooms/1", r#"{"room_name":"More tea"}"#),
    ("GET /apps/v2/room?roomArchiveId=1", ""),
    ("GET /apps/v2/active-room-list?pageNumber=1&pageSize=10", ""),
    ("GET /neroom/v3/rooms/1/online_user_list?page_number=1&page_size=10", ""),
    ("GET /apps/v2/online-user-list?roomArchiveId=1", ""),
    ("GET /apps/v2/room-user?roomArchiveId=1&userUuid=cat", ""),
    ("GET /apps/v2/user-info?rtcUid=1", ""),
    ("PATCH /neroom/v3/rooms/1/users/cat/role", r#"{"role":"member"}"#),
    ("PUT /neroom/v4/rooms/1/members/cat", r#"{"user_name":"Kitty","properties":{"hand":"up"}}"#),
    ("PATCH /neroom/v1/rooms/1/users/cat/mute", r#"{"kind":"chat","duration":60,"notify_ext":"x"}"#),
    ("PATCH /neroom/v1/rooms/1/users/cat/cancel_mute", r#"{"kind":"chat"}"#),
    ("PATCH /neroom/v1/rooms/1/mute", r#"{"kind":"audio"}"#),
    ("PATCH /neroom/v1/rooms/1/cancel_mute", r#"{"kind":"audio"}"#),
    ("GET /neroom/v1/rooms/1/mute_list", ""),
    ("PATCH /neroom/v1/rooms/1/add_blacklist", r#"{"user_uuid":"dan","notify_ext":"x"}"#),
    ("GET /neroom/v1/rooms/1/blacklist?page_number=1&page_size=50", ""),
    ("PATCH /neroom/v1/rooms/1/remove_blacklist", r#"{"user_uuid":"dan"}"#),
    (
        "POST /neroom/v3/rooms/1/messages",
        r#"{"message":"hello","message_type":"text","sender_user_uuid":"cat"}"#,
    ),
    ("POST /apps/v2/sendChatRoomCustomMessage", r#"{"roomUuid":"tea","message":"{}"}"#),
    (
        "POST /neroom/v1/broadcast",
        r#"{"msg_id":"b1","sender_user_uuid":"cat","msg_type":0,"attach":"to all"}"#,
    ),
    ("POST /neroom/v3/rooms/1/custom_messages", r#"{"command_id":10001,"data":"wave"}"#),
    ("POST /scene/apps/fuzzapp/v2/rooms/tea/chatrooms/1/recall", r#"{"msgId":"b1"}"#),
    ("GET /scene/apps/fuzzapp/v2/rooms/chatroom/msg/export?roomArchiveId=1&limit=10&order=asc", ""),
    (
        "POST /neroom/v1/templates",
        r#"{"template":{"name":"own","roles":[{"name":"host","limit":1},{"name":"guest"}],"defaultRole":"guest","permissions":{"room":{"properties":{}},"member":{"properties":{},"streams":{}},"actions":{}}}}"#,
    ),
    ("GET /neroom/v1/templates", ""),
    ("GET /neroom/v1/templates/40", ""),
    (
        "PUT /neroom/v1/templates/1000",
        r#"{"template":{"name":"own","roles":[{"name":"host"},{"name":"guest"}],"defaultRole":"guest","permissions":{"room":{"properties":{}},"member":{"properties":{},"streams":{}},"actions":{}}}}"#,
    ),
    ("DELETE /neroom/v1/templates/1000", ""),
    ("DELETE /neroom/v3/rooms/1/users/cat", ""),
    ("DELETE /apps/v2/room-user?roomArchiveId=1&userUuid=cat", ""),
    ("DELETE /neroom/v3/rooms/2", ""),
    ("DELETE /apps/v2/room?roomArchiveId=3", ""),
];

/// For the target `http`.
pub fn http() -> Vec<Seed> {
    let name = |number: usize, line: &str| {
        let words = line.split('?').next().unwrap_or_default().replace([' ', '/', '{', '}'], "-");
        format!("{number:02}-{}", words.replace("--", "-"))
    };
    let seed = |(number, (line, body)): (usize, &(&str, &str))| {
        (name(number, line), format!("{line}\n{body}").into())
    };
    CALLS.iter().enumerate().map(seed).collect()
}

/// For the target `packet`.
pub fn packet() -> Vec<Seed> {
    call::packets()
}

/// For the target `payload`.
pub fn payload() -> Vec<Seed> {
    call::payloads()
}

/// Of each target, its seeds.
pub fn all() -> [(&'static str, Vec<Seed>); 4] {
    [("link", link()), ("http", http()), ("packet", packet()), ("payload", payload())]
}
