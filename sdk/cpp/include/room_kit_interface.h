#pragma once

/// @file
/// The entry to RoomKit.

#include "auth_service_interface.h"
#include "base_type_defines.h"
#include "error_code_defines.h"
#include "extension_service_interface.h"
#include "message_service_interface.h"
#include "nos_service_interface.h"
#include "room_kit_listener.h"
#include "room_service_interface.h"

namespace neroom {

/// Least severity that is written to the log.
enum NELogLevel {
    NEVERBOSE = 0,
    NEDEBUG = 1,
    NEINFO = 2,
    NEWARNING = 3,
    NEERROR = 4,
};

/// Addresses of the room server.
/// An address is `[http://|https://]host[:port]`; without a scheme, https is taken except for loopback.
struct NERoomKitServerConfig {
    std::string roomServer;
    std::string lbsServer;
};

/// Addresses of the messaging server; `link` is `host:port`, `lbs` a URL.
struct NEIMServerConfig {
    int handShakeType{0};
    int negoKeyNeca{1};
    int commNeca{1};
    std::string lbs;
    std::list<std::string> lbsBackupAddress;
    std::string nosLbs;
    std::string link;
    std::string linkIpv6;
    std::string nosUploader;
    std::string nosUploaderHost;
    std::string negoKeyNecaKeyParta;
    std::string negoKeyNecaKeyPartb{"10001"};
    int negoKeyNecaKeyVersion = 0;
    std::string nosDownloader;
    std::vector<std::string> nosAccelerateHostList;
    std::string nosAccelerate;
    std::string probeIpv4Url;
    std::string probeIpv6Url;
    std::list<std::string> httpDnsServerInterface;
    bool httpsEnabled = true;
};

/// Addresses of the media servers.
struct NERtcServerConfig {
    std::string lbsServer;
    std::string channelServer;
    std::string statisticsServer;
    std::string roomServer;
    std::string compatServer;
    std::string nosLbsServer;
    std::string nosUploadSever;
    std::string nosTokenServer;
    std::string cloudProxyServer;
    std::string websocketProxyServer;
    std::string quicProxyServer;
    std::string mediaProxyServer;
    std::string statisticsDispatchServer;
    std::string statisticsBackupServer;
    bool useIPv6 = false;
};

/// Addresses of the whiteboard servers.
struct NEWhiteboardServerConfig {
    std::string webServer;
    std::string roomServer;
    std::string sdkLogNosServer;
    std::string dataReportServer;
    std::string directNosServer;
    std::string mediaUploadServer;
    std::string docTransServer;
    std::string fontDownloadServer;
};

/// All addresses of a private deployment. It wins over the asset file and over `serverUrl`.
struct NEServerConfig {
    NERoomKitServerConfig roomKitServerConfig;
    NEIMServerConfig imServerConfig;
    NERtcServerConfig rtcServerConfig;
    NEWhiteboardServerConfig whiteboardServerConfig;
};

/// Choices of the whiteboard; the expiry is in seconds.
struct NEWhiteBoardAppConfig {
    bool nosAntiLeech = false;
    int nosAntiLeechExpire = 7200;
    std::string canvasBgColor = "rgba(255, 255, 255, 255)";
};

/// What RoomKit is initialised with.
struct NERoomKitOptions {
    std::string appKey;
    std::string logPath;
    NELogLevel logLevel = NEINFO;
    bool reuseIM = false;
    bool useAssetServerConfig = false;
    bool useInternalVideoRender = false;
    bool supportColorSpace = false;
    NEServerConfig serverConfig;
    std::string serverUrl;
    std::unordered_map<std::string, std::string> extras;
    NEWhiteBoardAppConfig whiteBoardAppConfig;
};

/// One address of the domain list.
struct NEDomainItem {
    std::string domain = "";
};

/// Addresses by which the service can be reached; `ttl` in seconds.
struct NEDomainInfo {
    long ttl = 0;
    long updateTime = 0;
    int racingLimit = 0;
    long switchTimeout = 0;
    std::list<NEDomainItem> domainList;
};

/// Outcome of asking for the domain list.
struct NEDomainInfoResult {
    int code = 0;
    std::string msg = "";
    NEDomainInfo data;
};

/// The entry to RoomKit. One object per process, made by createNERoomKit().
///
/// Calls may come from any thread. Every callback runs on the one SDK thread and may call back in, destroyNERoomKit()
/// included.
class INERoomKit {
public:
    virtual ~INERoomKit() = default;

    // Life
    /// Sets RoomKit up. Answers 0; again with the same key is answered 0 at once, with another key it fails.
    /// With `reuseIM` and an empty `appKey` the key is the one IM was initialised with.
    virtual void initialize(const NERoomKitOptions& options, const NECallback<>& callback = NECallback<>()) = 0;
    /// Ends the room session and forgets the options. With reuse on, IM stays logged in.
    virtual void release() = 0;
    virtual bool isInitialized() const = 0;

    // Versions and language
    virtual NESDKVersions getSdkVersions() const = 0;
    virtual int switchLanguage(NERoomLanguage language) = 0;

    // Services; the pointers live as long as the kit
    virtual INEAuthService* getAuthService() = 0;
    virtual INERoomService* getRoomService() = 0;
    virtual INEMessageChannelService* getMessageChannelService() = 0;
    virtual INENosService* getNosService() = 0;
    virtual INEExtensionService* getExtensionService() = 0;

    // Logs
    virtual void uploadLog(const NECallback<std::string>& callback) = 0;
    virtual std::string getCurrentLogPath() = 0;  // since 1.29.0

    // Hooks
    virtual void addGlobalEventListener(INEGlobalEventListener* listener) = 0;
    virtual void removeGlobalEventListener(INEGlobalEventListener* listener) = 0;
    /// A door for calls by name; no method is published.
    virtual void invokeMethod(const std::string& method, const std::string& parameters,
                              const NECallback<>& callback) = 0;

    // This device
    virtual std::string getDeviceId() = 0;  // since 1.29.0
    virtual NENetworkType getNetworkType() = 0;

    // Domains
    virtual int switchDomain(const std::string& domain) = 0;                                          // since 1.39.0
    virtual NEDomainInfoResult getAvailableDomain(const std::string& appKey) = 0;                     // since 1.39.0
    virtual void writeLog(const std::string& moduleName, int level, const std::string& content) = 0;  // since 1.41.1
};

extern "C" {

/// The one INERoomKit of this process, made on the first call.
NEROOMKIT_INTERFACE_EXPORT INERoomKit* createNERoomKit();

/// Ends the kit: the room session, its callbacks, and every pointer got from it. Legal from inside a callback.
NEROOMKIT_INTERFACE_EXPORT void destroyNERoomKit();

}  // extern "C"

}  // namespace neroom
