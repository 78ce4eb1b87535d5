// The same calls from code that names both namespaces, with every parameter used.

#include <nim_cpp_wrapper/api/nim_cpp_client.h>
#include <room_kit_interface.h>

namespace {

int last_code = -1;

void all(const std::string& app_key, const std::string& account, const std::string& token) {
    nim::SDKConfig config;
    config.use_private_server_ = true;
    config.default_link_address_ = "127.0.0.1:8787";
    config.SetCustomClientType(7);
    if (!nim::Client::Init(app_key, "", "", config)) return;
    nim::LoginParams params;
    params.auth_type_ = nim::kNIMAuthTypeBySecretToken;
    std::string extension;
    nim::Client::LoginCustomDataToJson(params, extension);
    nim::Client::LoginCustomDataToJson(std::string("tag"), extension);
    nim::Client::Login(
        app_key, account, token,
        [](const nim::LoginRes& result) {
            if (result.login_step_ == nim::kNIMLoginStepLogin) last_code = result.res_code_;
        },
        extension);

    neroom::NERoomKitOptions options;
    options.reuseIM = true;
    options.serverConfig.roomKitServerConfig.roomServer = "http://127.0.0.1:8787";
    options.extras.emplace("framework", "Qt5.15");
    neroom::INERoomKit* kit = neroom::createNERoomKit();
    kit->initialize(options);
    kit->getAuthService()->login(account, token,
                                 [](int code, const std::string& message) { last_code = message.empty() ? -1 : code; });
    std::string auth_type = "dynamic";
    kit->getAuthService()->loginByDynamicToken(account, token, auth_type, neroom::NEEmptyCallback());
    neroom::destroyNERoomKit();
}

}  // namespace

void use() { all("key", "account", "token"); }
