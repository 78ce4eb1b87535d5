#pragma once

/// @file
/// Values of nim_cpp_client.h.

#include "nim_sdk_def.h"

namespace nim {

/// How far a login has come. Only `kNIMLoginStepLogin` carries its outcome.
enum NIMLoginStep {
    kNIMLoginStepLinking = 0,
    kNIMLoginStepLink = 1,
    kNIMLoginStepLogining = 2,
    kNIMLoginStepLogin = 3,
};

/// Whether an account is logged in.
enum NIMLoginState {
    kNIMLoginStateLogin = 1,
    kNIMLoginStateUnLogin = 2,
};

/// Why the app logs out.
enum NIMLogoutType {
    kNIMLogoutChangeAccout = 1,
    kNIMLogoutKickout = 2,
    kNIMLogoutAppExit = 3,
    kNIMLogoutRelogin = 4,
};

/// Why this device was logged out.
enum NIMKickReason {
    kNIMKickReasonSameGeneric = 1,
    kNIMKickReasonServerKick = 2,
    kNIMKickReasonKickBySelfOtherClient = 3,
};

/// Whether one of the account's other devices came or went.
enum NIMMultiSpotNotifyType {
    kNIMMultiSpotNotifyTypeImIn = 2,
    kNIMMultiSpotNotifyTypeImOut = 3,
};

/// What the password of a login is: the account's token, a token signed by the app's server, or one its server checks.
enum NIMAuthType {
    kNIMAuthTypeDefault = 0,
    kNIMAuthTypeBySecretToken = 1,
    kNIMAuthTypeByAppToken = 2,
};

/// One of the account's devices.
struct OtherClientPres {
    std::string app_account_;
    NIMClientType client_type_ = kNIMClientTypeDefault;
    std::string client_os_;
    std::string mac_address_;
    std::string device_id_;
    int64_t login_time_ = 0;  ///< milliseconds
    std::string custom_data_;
    int custom_client_type_ = 0;
};

/// A step of a login, or its outcome.
struct LoginRes {
    NIMResCode res_code_ = kNIMResSuccess;
    bool relogin_ = false;
    NIMLoginStep login_step_ = kNIMLoginStepLinking;
    std::list<OtherClientPres> other_clients_;  ///< filled on success only
    bool retrying_ = true;                      ///< false: the SDK has given up, the app must act
};

/// Why this device was logged out, and by which kind of client.
struct KickoutRes {
    NIMClientType client_type_ = kNIMClientTypeDefault;
    NIMKickReason kick_reason_ = kNIMKickReasonSameGeneric;
    std::string kickout_description_;
    int32_t custom_client_type_ = 0;
};

/// Which of the account's other devices came or went.
struct MultiSpotLoginRes {
    NIMMultiSpotNotifyType notify_type_ = kNIMMultiSpotNotifyTypeImIn;
    std::list<OtherClientPres> other_clients_;
};

/// Which devices were logged out.
struct KickOtherRes {
    NIMResCode res_code_ = kNIMResSuccess;
    std::list<std::string> device_ids_;
};

/// What a login may carry besides account and password.
struct LoginParams {
    std::string custom_data_;  ///< shown to the account's other devices, at most 32 characters
    NIMAuthType auth_type_ = kNIMAuthTypeDefault;
    std::string login_ex_;  ///< handed to the app's server when it checks the login
};

/// How the SDK is set up.
///
/// The server is found, in this order, in: the private addresses below when `use_private_server_` is set; the file
/// `server_conf_file_path_`, or `server_conf.txt` or `nim_server.conf` in the install directory or beside the
/// executable; the environment variable `PARLOR_SERVER` (`http://host:port`). An address without a scheme is taken as
/// `use_https_` says, and plain on loopback.
class SDKConfig {
public:
    std::string push_cer_name_;
    std::string push_token_;
    std::string database_encrypt_key_;  ///< at most 32 characters

    bool preload_attach_ = true;
    int preload_image_quality_ = -1;
    std::string preload_image_resize_;
    std::string preload_image_name_template_;

    NIMSDKLogLevel sdk_log_level_ = kNIMSDKLogLevelPro;
    bool sync_session_ack_ = true;
    int login_max_retry_times_ = 0;  ///< 0: three attempts
    int custom_timeout_ = 0;
    bool use_https_ = true;
    bool team_notification_unread_count_ = false;
    bool vchat_miss_unread_count_ = false;
    bool reset_unread_count_when_recall_ = false;
    bool upload_sdk_events_after_login_ = false;
    bool animated_image_thumbnail_enabled_ = false;
    bool client_antispam_ = false;
    bool team_msg_ack_ = false;
    bool need_update_lbs_befor_relogin_ = false;
    bool caching_markread_ = false;
    uint32_t caching_markread_time_ = 1000;  ///< milliseconds
    uint32_t caching_markread_count_ = 10;
    bool enable_user_datafile_backup_ = true;
    bool enable_user_datafile_restore_ = false;
    bool enable_user_datafile_defrestoreproc_ = false;
    std::string user_datafile_localbackup_folder_;

    // Where the server is
    int ip_protocol_version_ = 0;  ///< 0: IPv4, 1: IPv6, 2: whichever works
    bool dedicated_cluste_flag_ = false;
    int hand_shake_type_ = 0;
    int nego_key_neca_ = 1;
    int comm_neca_ = 1;
    std::string server_conf_file_path_;
    bool use_private_server_ = false;
    std::string lbs_address_;
    std::list<std::string> lbs_backup_address_;
    std::string nos_lbs_address_;
    std::string default_link_address_;
    std::string default_link_address_ipv6_;
    std::string default_nos_upload_address_;
    std::string default_nos_upload_host_;
    std::string rsa_public_key_module_;
    int rsa_version_ = 0;
    std::string nego_key_neca_key_parta_;
    std::string nego_key_neca_key_partb_;
    int nego_key_neca_key_version_ = 0;
    std::string nos_download_address_;
    std::string nos_accelerate_host_;
    std::list<std::string> nos_accelerate_host_list_;
    std::string nos_accelerate_address_;
    std::string probe_ipv4_url_;
    std::string probe_ipv6_url_;
    std::map<int, bool> sync_data_type_list_;
    std::list<std::string> http_dns_server_interface_;
    bool priority_use_cdn_host_ = true;

    // Fields of later releases
    std::vector<int> session_ignore_msg_types_;
    bool team_query_tinfo_override_by_local_ = false;
    int team_sync_tlist_limit_ = 0;
    bool disable_app_nap_ = false;
    bool cache_session_data_when_delete_ = false;
    std::string compass_data_endpoint_;
    int sdk_type = 0;
    std::string sdk_human_version;
    std::string mock_refer_;
    std::string mock_ua_;
    int fcs_auth_type_ = 0;
    bool custom_enable_fcs_ = false;
    bool ssl_connection = false;
    bool allow_self_signed_cert_ = false;
    bool skip_host_cert_check_ = false;
    std::string client_ca_file_path_;

    /// Names the app's own kind of client; must be above 0.
    void SetCustomClientType(int custom_client_type) { custom_client_type_ = custom_client_type; }
    /// The app's own kind of client, 0 when none was named.
    int GetCustomClientType() const { return custom_client_type_; }

private:
    int custom_client_type_ = 0;
};

}  // namespace nim
