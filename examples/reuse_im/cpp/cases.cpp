#include "cases.h"

#include <parlor_codes.h>

#include <cstdlib>
#include <stdexcept>

namespace {

using neroom::NEAuthEvent;
using nim::kNIMResSuccess;

int number(NEAuthEvent event) { return static_cast<int>(event); }

bool im_is_in() { return nim::Client::GetLoginState() == nim::kNIMLoginStateLogin; }

bool room_is_in() { return neroom::createNERoomKit()->getAuthService()->isLoggedIn(); }

void reuse_on(const Api& api, Report& report) {
    const Person alice = Person::create(api, "alice");
    const Person bob = Person::create(api, "bob");
    App app(api);
    report.expect("RoomKit takes the key of IM", 0, app.initialize_room_kit(true));
    report.expect("reuse on, IM not logged in", 100004, app.login_room(alice.user_uuid, alice.user_token));
    report.expect("IM login", int{kNIMResSuccess}, app.login_im(alice.accid, alice.im_token));
    report.expect("reuse on, another account's room account", 100005, app.login_room(bob.user_uuid, bob.user_token));
    report.expect("reuse on, the bound account", 0, app.login_room(alice.user_uuid, alice.user_token));
    report.expect("isLoggedIn", true, room_is_in());
    report.expect("the same room account again", 0, app.login_room(alice.user_uuid, alice.user_token));
    report.expect("another room account meanwhile", int{parlor::room::kRoomLoggedInOther},
                  app.login_room(bob.user_uuid, bob.user_token));
    report.expect("RoomKit logout", 0, app.logout_room());
    report.expect("leaves IM logged in", true, im_is_in());
    report.expect("seen by the server", 1, api.online(alice.accid));
    report.expect("IM logout", int{kNIMResSuccess}, app.logout_im());
    report.expect("seen by the server", 0, api.online(alice.accid));
}

void reuse_off(const Api& api, Report& report) {
    const Person carol = Person::create(api, "carol");
    App app(api);
    report.expect("RoomKit with its own key", 0, app.initialize_room_kit(false));
    report.expect("reuse off logs IM in by itself", 0, app.login_room(carol.user_uuid, carol.user_token));
    report.expect("as the bound account", 1, api.online(carol.accid));
    report.expect("IM login while RoomKit holds it", int{nim::kNIMResExist}, app.login_im(carol.accid, carol.im_token));
    report.expect("RoomKit logout", 0, app.logout_room());
    report.expect("logs IM out", 0, api.online(carol.accid));

    report.expect("IM login", int{kNIMResSuccess}, app.login_im(carol.accid, carol.im_token));
    report.expect("reuse off while IM is logged in", int{parlor::room::kImAlreadyLoggedIn},
                  app.login_room(carol.user_uuid, carol.user_token));
    report.expect("the IM session survives", 1, api.online(carol.accid));
    api.im("block", {{"accid", carol.accid}, {"needkick", "true"}});
    report.expect("and hears a push", int{nim::kNIMKickReasonServerKick}, app.next_kick());
}

void tokens(const Api& api, Report& report) {
    const Person dave = Person::create(api, "dave");
    const std::string old = api.dynamic_token(dave.user_uuid, now_ms() - 120000, 60);
    {
        App app(api);
        report.expect("wrong IM token", int{nim::kNIMResUidPassError}, app.login_im(dave.accid, "not his token"));
        const std::string token = api.dynamic_token(dave.accid, now_ms(), 60);
        report.expect("dynamic IM token", int{kNIMResSuccess},
                      app.login_im(dave.accid, token, nim::kNIMAuthTypeBySecretToken));
        app.initialize_room_kit(true);
        report.expect("wrong room token", 1027, app.login_room(dave.user_uuid, "not his token"));
        report.expect("expired room token", 1026, app.login_room_by_dynamic_token(dave.user_uuid, old));
        const std::string fresh = api.dynamic_token(dave.user_uuid, now_ms(), 60);
        report.expect("dynamic room token", 0, app.login_room_by_dynamic_token(dave.user_uuid, fresh));
    }
    App app(api);
    app.initialize_room_kit(false);
    report.expect("wrong room token, reuse off", 1027, app.login_room(dave.user_uuid, "not his token"));
    report.expect("expired room token, reuse off", 1026, app.login_room_by_dynamic_token(dave.user_uuid, old));
}

void rebinding(const Api& api, Report& report) {
    const Person frank = Person::create(api, "frank");
    const std::string other = frank.accid + "x";
    api.create_im_account(other, "other-token");
    App app(api);
    app.enter(frank);
    report.expect("rebinding", 0, api.rebind(frank.user_uuid, other, "other-token"));
    report.expect("ends the old room session", number(NEAuthEvent::kAuthUnauthorized), app.next_auth_event());
    report.expect("the old IM account no longer fits", 100005, app.login_room(frank.user_uuid, frank.user_token));
    report.expect("IM logout", int{kNIMResSuccess}, app.logout_im());
    report.expect("IM login of the new one", int{kNIMResSuccess}, app.login_im(other, "other-token"));
    report.expect("which fits", 0, app.login_room(frank.user_uuid, frank.user_token));
}

void token_change_and_block(const Api& api, Report& report) {
    {
        const Person heidi = Person::create(api, "heidi");
        App app(api);
        app.enter(heidi);
        api.im("update", {{"accid", heidi.accid}, {"token", "a-new-token"}});
        report.expect("changed IM token", number(NEAuthEvent::kAuthAccountTokenError), app.next_auth_event());
        report.expect("ends the room login", false, room_is_in());
        report.expect("leaves IM logged in", 1, api.online(heidi.accid));
    }
    const Person ivan = Person::create(api, "ivan");
    App app(api);
    app.enter(ivan);
    api.im("block", {{"accid", ivan.accid}, {"needkick", "true"}});
    report.expect("blocked", number(NEAuthEvent::kAuthForbidden), app.next_auth_event());
    report.expect("and kicked", int{nim::kNIMKickReasonServerKick}, app.next_kick());
    report.expect("out of IM", false, im_is_in());
    report.expect("and kept out", int{nim::kNIMResAccountBlock}, app.login_im(ivan.accid, ivan.im_token));
    api.im("unblock", {{"accid", ivan.accid}});
    report.expect("until unblocked", int{kNIMResSuccess}, app.login_im(ivan.accid, ivan.im_token));
}

void kick_and_logout(const Api& api, const std::string& self, Report& report) {
    {
        const Person judy = Person::create(api, "judy");
        App app(api);
        app.enter(judy);
        const std::string elsewhere = self + " --login " + judy.accid + " " + judy.im_token;
        report.expect("a login elsewhere", 0, std::system(elsewhere.c_str()));
        report.expect("reaches RoomKit", number(NEAuthEvent::kAuthKickOut), app.next_auth_event());
        report.expect("and IM", int{nim::kNIMKickReasonSameGeneric}, app.next_kick());
    }
    const Person kim = Person::create(api, "kim");
    App app(api);
    app.enter(kim);
    report.expect("IM logout", int{kNIMResSuccess}, app.logout_im());
    report.expect("reaches RoomKit", number(NEAuthEvent::kAuthLoggedOut), app.next_auth_event());
}

void administer(const std::string& admin, const std::string& act, const std::string& app_key) {
    const size_t program = admin.find(' ');
    const std::string rest = program == std::string::npos ? "" : admin.substr(program);
    const std::string command = admin.substr(0, program) + " app " + act + " " + app_key + rest;
    if (std::system(command.c_str()) != 0) throw std::runtime_error(command);
}

void component_off(const Api& api, const std::string& admin, Report& report) {
    const Person leo = Person::create(api, "leo");
    App app(api);
    app.enter(leo);
    administer(admin, "disable-room", api.app_key());
    report.expect("component switched off", number(NEAuthEvent::kAuthForbidden), app.next_auth_event());
    report.expect("a room login then", 600420, app.login_room(leo.user_uuid, leo.user_token));
    report.expect("a room call then", 600420,
                  api.room("GET", "/neroom/v3/users/anybody", nim::Json()).get("code").asInt());
    administer(admin, "enable-room", api.app_key());
    report.expect("switched on again", 0, app.login_room(leo.user_uuid, leo.user_token));
}

}  // namespace

void run_cases(const Api& api, const std::string& admin, const std::string& self, Report& report) {
    reuse_on(api, report);
    reuse_off(api, report);
    tokens(api, report);
    rebinding(api, report);
    token_change_and_block(api, report);
    kick_and_logout(api, self, report);
    component_off(api, admin, report);
}
