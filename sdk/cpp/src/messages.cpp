#include "messages.h"

#include "parlor_codes.h"

namespace parlor {

namespace request {

namespace {

std::string body(uint32_t field, const Writer& message) { return Writer().message(field, message).bytes(); }

}  // namespace

std::string defer() { return body(1, Writer()); }

std::string im_init(const std::string& app_key, const std::string& app_data_dir, const std::string& app_install_dir,
                    const nim::SDKConfig& config) {
    Writer message;
    message.text(1, app_key).text(2, app_data_dir).text(3, app_install_dir);
    message.number(4, config.use_private_server_ ? 1 : 0);
    message.text(5, config.lbs_address_).text(6, config.default_link_address_);
    message.number(7, config.use_https_ ? 1 : 0);
    message.text(8, config.server_conf_file_path_);
    message.number(9, static_cast<uint64_t>(config.GetCustomClientType()));
    const int retries = config.login_max_retry_times_;
    message.number(10, retries > 0 ? static_cast<uint64_t>(retries) : 0);
    message.text(11, config.client_ca_file_path_);
    return body(20, message);
}

std::string im_cleanup() { return body(21, Writer()); }

std::string im_login(const std::string& account, const std::string& password, const std::string& json_extension) {
    return body(22, Writer().text(1, account).text(2, password).text(3, json_extension));
}

std::string im_logout() { return body(23, Writer()); }

std::string im_relogin() { return body(24, Writer()); }

std::string im_kick_other(const std::list<std::string>& device_ids) {
    Writer message;
    for (const auto& id : device_ids) message.text(1, id);
    return body(25, message);
}

std::string im_supply_token(uint64_t wanted_id, const std::string& token, const std::string& login_extension) {
    return body(26, Writer().number(1, wanted_id).text(2, token).text(3, login_extension));
}

std::string im_server_time() { return body(27, Writer()); }

std::string room_init(const neroom::NERoomKitOptions& options) {
    const auto& servers = options.serverConfig;
    Writer message;
    message.text(1, options.appKey).number(2, options.reuseIM ? 1 : 0);
    message.text(3, servers.roomKitServerConfig.roomServer);
    message.text(4, servers.imServerConfig.lbs).text(5, servers.imServerConfig.link);
    message.number(6, servers.imServerConfig.httpsEnabled ? 1 : 0);
    message.number(7, options.useAssetServerConfig ? 1 : 0);
    message.text(8, options.serverUrl);
    return body(40, message);
}

std::string room_release() { return body(41, Writer()); }

std::string room_login(const std::string& user_uuid, const std::string& token) {
    return body(42, Writer().text(1, user_uuid).text(2, token));
}

std::string room_login_by_dynamic_token(const std::string& user_uuid, const std::string& token,
                                        const std::string& auth_type) {
    return body(43, Writer().text(1, user_uuid).text(2, token).text(3, auth_type));
}

std::string room_logout() { return body(44, Writer()); }

}  // namespace request

namespace {

nim::OtherClientPres read_device(Reader in) {
    nim::OtherClientPres device;
    while (in.next()) {
        switch (in.field()) {
            case 1:
                device.app_account_ = in.text();
                break;
            case 2:
                device.client_type_ = static_cast<nim::NIMClientType>(in.number32() & 0x7f);
                break;
            case 3:
                device.client_os_ = in.text();
                break;
            case 4:
                device.device_id_ = in.text();
                break;
            case 5:
                device.login_time_ = in.number64();
                break;
            case 6:
                device.custom_data_ = in.text();
                break;
            case 7:
                device.custom_client_type_ = in.number32();
                break;
            default:
                break;
        }
    }
    return device;
}

void read_logged_in(Reader in, Reply& reply) {
    while (in.next()) {
        if (in.field() == 1) reply.account = in.text();
        if (in.field() == 2) reply.others.push_back(read_device(in.message()));
    }
}

void read_kicked(Reader in, nim::KickoutRes& kick) {
    while (in.next()) {
        if (in.field() == 1) kick.client_type_ = static_cast<nim::NIMClientType>(in.number32() & 0x7f);
        if (in.field() == 2) kick.kick_reason_ = static_cast<nim::NIMKickReason>(in.number32() & 3);
        if (in.field() == 3) kick.kickout_description_ = in.text();
        if (in.field() == 4) kick.custom_client_type_ = in.number32();
    }
}

void read_relogin(Reader in, Event& event) {
    event.retrying = false;
    while (in.next()) {
        if (in.field() == 1) event.code = in.number32();
        if (in.field() == 2) event.step = in.number32();
        if (in.field() == 3) event.retrying = in.flag();
        if (in.field() == 4) event.others.push_back(read_device(in.message()));
    }
}

void read_devices(Reader in, Event& event) {
    while (in.next()) {
        if (in.field() == 1) event.notify_type = in.number32();
        if (in.field() == 2) event.others.push_back(read_device(in.message()));
    }
}

void read_ended(Reader in, Event& event) {
    while (in.next()) {
        if (in.field() == 1) event.archive_id = in.number64();
        if (in.field() == 2) event.end_reason = in.number32();
    }
}

void read_connection(Reader in, Event& event) {
    while (in.next()) {
        if (in.field() == 1) event.archive_id = in.number64();
        if (in.field() == 2) event.connected = in.flag();
    }
}

void read_received(Reader in, Event& event) {
    event.messages = read_chat_messages(in, 2);
    while (in.next()) {
        if (in.field() == 1) event.archive_id = in.number64();
    }
}

void read_room_event(const Reader& in, Event& event) {
    const Reader inner = in.message();
    switch (in.field()) {
        case 46:
            event.kind = EventKind::RoomEntered;
            event.entered = read_entered(inner);
            event.archive_id = event.entered.room.archive_id;
            break;
        case 47:
            event.kind = EventKind::RoomChange;
            event.change = read_change(inner, event.archive_id);
            break;
        case 48:
            event.kind = EventKind::RoomEnded;
            read_ended(inner, event);
            break;
        case 49:
            event.kind = EventKind::RoomConnection;
            read_connection(inner, event);
            break;
        case 50:
            event.kind = EventKind::RoomCommand;
            event.command = read_command(inner);
            break;
        case 60:
            event.kind = EventKind::ChatReceived;
            read_received(inner, event);
            break;
        case 80:
            event.kind = EventKind::FileProgress;
            event.progress = read_progress(inner, event.archive_id);
            break;
        default:
            break;
    }
}

}  // namespace

Reply read_reply(const uint8_t* bytes, size_t len) {
    Reply reply;
    Reader in(bytes, len);
    while (in.next()) {
        Reader inner = in.message();
        switch (in.field()) {
            case 1:
                reply.code = in.number32();
                break;
            case 2:
                reply.message = in.text();
                break;
            case 20:
                read_logged_in(inner, reply);
                break;
            case 21:
                while (inner.next()) {
                    if (inner.field() == 1) reply.device_ids.push_back(inner.text());
                }
                break;
            case 22:
                while (inner.next()) {
                    if (inner.field() == 1) reply.server_time_ms = inner.number();
                }
                break;
            case 46:
                while (inner.next()) {
                    if (inner.field() == 1) reply.archive_id = inner.number64();
                }
                break;
            case 47:
                reply.rules = read_template(inner);
                break;
            case 48:
                reply.device_lists = read_device_lists(inner);
                break;
            case 60:
                reply.messages = read_chat_messages(inner, 1);
                break;
            case 64:
                reply.people = read_chat_people(inner);
                break;
            case 80:
                while (inner.next()) {
                    if (inner.field() == 1) reply.url = inner.text();
                }
                break;
            default:
                break;
        }
    }
    if (!in.sound()) reply.code = link::kFailure;
    return reply;
}

Event read_event(const uint8_t* bytes, size_t len) {
    Event event;
    Reader in(bytes, len);
    while (in.next()) {
        Reader inner = in.message();
        switch (in.field()) {
            case 20:
                event.kind = EventKind::ImLoginStep;
                while (inner.next()) {
                    if (inner.field() == 1) event.id = inner.number();
                    if (inner.field() == 2) event.step = inner.number32();
                }
                break;
            case 21:
                event.kind = EventKind::ImReloggedIn;
                read_relogin(inner, event);
                break;
            case 22:
                event.kind = EventKind::ImKicked;
                read_kicked(inner, event.kick);
                break;
            case 23:
                event.kind = EventKind::ImDisconnected;
                break;
            case 24:
                event.kind = EventKind::ImDevicesChanged;
                read_devices(inner, event);
                break;
            case 25:
                event.kind = EventKind::ImTokenWanted;
                while (inner.next()) {
                    if (inner.field() == 1) event.id = inner.number();
                }
                break;
            case 40:
                event.kind = EventKind::RoomAuth;
                while (inner.next()) {
                    if (inner.field() == 1) event.auth_event = inner.number32();
                }
                break;
            default:
                read_room_event(in, event);
                break;
        }
    }
    if (!in.sound()) event.kind = EventKind::Unknown;
    return event;
}

}  // namespace parlor
