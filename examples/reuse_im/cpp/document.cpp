// The guide's lines as they stand, with one account each: prints 100004 (reuse is on and IM is not logged in), 100005
// (the room account is bound to another IM account) and 0.
//
//   PARLOR_SERVER=http://127.0.0.1:8787 document APP_KEY ACCID IM_TOKEN USER_UUID USER_TOKEN OTHER_UUID OTHER_TOKEN

#include <nim_cpp_api.h>
#include <room_kit_interface.h>

#include <future>
#include <iostream>
#include <memory>

using namespace neroom;
using namespace nim;

int main(int argc, char** argv) {
    if (argc != 8) {
        std::cerr << "document APP_KEY ACCID IM_TOKEN USER_UUID USER_TOKEN OTHER_UUID OTHER_TOKEN" << std::endl;
        return 2;
    }
    const std::string imAppKey = argv[1], imAccid = argv[2], imToken = argv[3];
    const auto login = [](const std::string& accountId, const std::string& accountToken) {
        const auto answer = std::make_shared<std::promise<int>>();
        neroom::createNERoomKit()->getAuthService()->login(
            accountId, accountToken, [=](int code, const std::string&) { answer->set_value(code); });
        const int code = answer->get_future().get();
        std::cout << code << std::endl;
        return code;
    };

    std::string appDataDir;
    std::string appInstallDir;
    nim::SDKConfig sdkConfig;
    if (!nim::Client::Init(imAppKey, appDataDir, appInstallDir, sdkConfig)) return 1;

    NERoomKitOptions options;
    options.reuseIM = true;
    neroom::createNERoomKit()->initialize(options, [=](int, const std::string&) {});
    const int too_early = login(argv[4], argv[5]);

    const auto logged_in = std::make_shared<std::promise<int>>();
    nim::Client::Login(imAppKey, imAccid, imToken, [=](const LoginRes& loginResult) {
        if (loginResult.login_step_ == kNIMLoginStepLogin) logged_in->set_value(loginResult.res_code_);
    });
    const int im = logged_in->get_future().get();

    const int not_bound = login(argv[6], argv[7]);
    const int bound = login(argv[4], argv[5]);

    neroom::destroyNERoomKit();
    nim::Client::Cleanup2();
    return too_early == 100004 && im == 200 && not_bound == 100005 && bound == 0 ? 0 : 1;
}
