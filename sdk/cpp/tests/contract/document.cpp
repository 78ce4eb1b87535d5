// The lines of the guide about reusing an IM account, as they stand (less one surplus parenthesis).
// Built with -std=c++17 -Wall -Wextra -Werror -Wno-unused-parameter: the lines themselves leave parameters unused.

#include <nim_cpp_api.h>
#include <room_kit_interface.h>

using namespace neroom;
using namespace nim;

void initialise() {
    // 1. 初始化 IM SDK
    std::string imAppKey;
    std::string appDataDir;
    std::string appInstallDir;
    nim::SDKConfig sdkConfig;
    nim::Client::Init(imAppKey, appDataDir, appInstallDir, sdkConfig);

    // 2. 初始化 NERoom
    NERoomKitOptions options;
    options.reuseIM = true;
    neroom::createNERoomKit()->initialize(options, [=](int code, const std::string& msg) {});
}

void login_im(const std::string& imAppKey, const std::string& imAccid, const std::string& imToken) {
    nim::Client::Login(imAppKey, imAccid, imToken, [=](const LoginRes& loginResult) {});
}

void login_room(const std::string& accountId, const std::string& accountToken) {
    //以使用账号 ID 和 Token 登录为例
    neroom::createNERoomKit()->getAuthService()->login(accountId, accountToken, [=](int code, const std::string& msg) {});
}
