// Every way to log a room account in through the published C++ calls, with and without reuse of the IM login, against
// a running server. Exits with 1 unless every code and event is the expected one.
//
//   PARLOR_SERVER=http://127.0.0.1:8787 PARLOR_APP_KEY=… PARLOR_APP_SECRET=… PARLOR_ADMIN="parlor --data ./data"
//   reuse_im
//
// `reuse_im --login ACCID TOKEN` only logs in, as another device of that account. `reuse_im --accounts N` makes N pairs
// of accounts and prints what logs them in.

#include <cstdlib>
#include <exception>
#include <stdexcept>

#include "cases.h"

namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') throw std::runtime_error(std::string(name) + " is not set");
    return value;
}

int run(int argc, char** argv) {
    const Api api(variable("PARLOR_SERVER"), variable("PARLOR_APP_KEY"), variable("PARLOR_APP_SECRET"));
    if (argc == 4 && std::string(argv[1]) == "--login") {
        App app(api);
        return app.login_im(argv[2], argv[3]) == nim::kNIMResSuccess ? 0 : 1;
    }
    if (argc == 3 && std::string(argv[1]) == "--accounts") {
        for (int i = 0; i < std::atoi(argv[2]); ++i) {
            const Person person = Person::create(api, "person" + std::to_string(i) + "x");
            std::cout << person.accid << ' ' << person.im_token << ' ' << person.user_uuid << ' ' << person.user_token
                      << std::endl;
        }
        return 0;
    }
    Report report;
    run_cases(api, variable("PARLOR_ADMIN"), argv[0], report);
    return report.verdict();
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "reuse_im: " << error.what() << std::endl;
        return 1;
    }
}
