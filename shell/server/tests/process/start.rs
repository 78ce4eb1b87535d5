use crate::harness::{Home, Server, text};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

#[test]
fn without_an_argument_it_makes_what_it_needs_and_says_what_to_do() {
    let home = Home::new();
    let mut command = home.parlor(&["serve"]);
    // Only the port differs from what an operator gets.
    command.env("PARLOR__LISTEN__ADDRESS", "127.0.0.1:0").stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    while !home.data().join("first-app.json").exists() {
        assert!(child.try_wait().unwrap().is_none(), "it ended");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let status = loop {
        let output = home.run(&["status"]);
        if output.status.success() {
            break text(&output.stdout);
        }
    };
    assert!(status.contains("running"), "{status}");
    assert_eq!(mode(&home.data()), 0o700);
    for name in ["first-app.json", "parlor.key", "parlor.db", "admin.sock"] {
        assert_eq!(mode(&home.data().join(name)), 0o600, "{name}");
    }
    let app: serde_json::Value =
        serde_json::from_slice(&std::fs::read(home.data().join("first-app.json")).unwrap()).unwrap();
    let listed = home.json(&["app", "list"]);
    assert_eq!(listed[0]["app_key"], app["app_key"]);
    assert_eq!(listed[0]["room_enabled"], true);
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::TERM)
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let printed = text(&output.stdout);
    for word in [
        "listens on http://127.0.0.1:",
        app["app_key"].as_str().unwrap(),
        app["app_secret"].as_str().unwrap(),
    ] {
        assert!(printed.contains(word), "{word}: {printed}");
    }
    assert!(!text(&output.stderr).contains(app["app_secret"].as_str().unwrap()), "the log holds a secret");
}

#[test]
fn the_secret_is_printed_once_and_json_logs_are_alone() {
    let home = Home::new();
    let mut first = home.serve(&[]);
    first.signal(rustix::process::Signal::TERM);
    assert!(first.wait().success());
    assert_eq!(first.printed(), "");
    let mut command = home.parlor(&["serve", "--listen", "127.0.0.1:0"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    while !home.run(&["status"]).status.success() {
        assert!(child.try_wait().unwrap().is_none(), "it ended");
    }
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::TERM)
        .unwrap();
    let printed = text(&child.wait_with_output().unwrap().stdout);
    assert!(printed.contains("listens on") && !printed.contains("AppSecret"), "{printed}");
}

#[test]
fn a_second_server_on_the_folder_is_refused_and_the_first_goes_on() {
    let home = Home::new();
    let first = home.serve(&[]);
    let second = home.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.status.code(), Some(3));
    let sentence = text(&second.stderr);
    assert!(sentence.contains("in use by another parlor process (process "), "{sentence}");
    assert!(home.run(&["status"]).status.success());
    assert!(first.stop().success());
    assert!(home.serve(&[]).stop().success(), "the folder is free again");
}

#[test]
fn a_killed_server_leaves_nothing_in_the_way() {
    let home = Home::new();
    let mut server = home.serve(&[]);
    server.signal(rustix::process::Signal::KILL);
    server.wait();
    assert_eq!(home.json(&["app", "list"]).as_array().unwrap().len(), 1);
    assert!(home.serve(&[]).stop().success());
}

#[test]
fn a_store_that_is_gone_is_missed() {
    let home = Home::new();
    home.serve(&[]).stop();
    for name in ["parlor.db", "parlor.db-wal", "parlor.db-shm"] {
        // The last two exist only while it runs.
        let _ = std::fs::remove_file(home.data().join(name));
    }
    let refused = home.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(!refused.status.success());
    assert!(text(&refused.stderr).contains("parlor.db is missing"), "{}", text(&refused.stderr));
    assert!(!home.data().join("parlor.db").exists(), "nothing is begun in its place");
}

#[test]
fn an_unknown_key_is_named_wherever_it_comes_from() {
    let home = Home::new();
    home.write("parlor.toml", "[link]\nlogins_per_secnd = 3\n");
    let file = home.run(&["serve", "--config", "parlor.toml"]);
    assert_eq!(file.status.code(), Some(2));
    assert!(text(&file.stderr).contains("`link.logins_per_secnd`"), "{}", text(&file.stderr));
    let env = home.parlor(&["serve"]).env("PARLOR__STORE__READRS", "3").output().unwrap();
    assert_eq!(env.status.code(), Some(2));
    assert!(text(&env.stderr).contains("`store.readrs`"), "{}", text(&env.stderr));
    let missing = home.run(&["serve", "--config", "none.toml"]);
    assert!(text(&missing.stderr).contains("none.toml: no such file"), "{}", text(&missing.stderr));
    assert!(!home.data().exists());
}

#[test]
fn flags_stand_above_the_environment_and_that_above_the_file() {
    let home = Home::new();
    home.write("parlor.toml", "data = \"a\"\n[link]\nlogins_per_s = 1\nrequests_per_s = 2\n");
    let output = home
        .parlor(&["config", "--config", "parlor.toml", "--data", "c", "--json"])
        .envs([("PARLOR__DATA", "b"), ("PARLOR__LINK__LOGINS_PER_S", "9")])
        .output()
        .unwrap();
    let config: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&config["data"], &config["link"]["logins_per_s"]), (&"c".into(), &9.into()));
    assert_eq!(config["link"]["requests_per_s"], 2);
    let printed = text(&home.run(&["config"]).stdout);
    home.write("printed.toml", &printed);
    assert_eq!(text(&home.run(&["config", "--config", "printed.toml"]).stdout), printed);
}

#[test]
fn plain_http_on_a_public_address_needs_a_word() {
    let home = Home::new();
    let refused = home.run(&["serve", "--listen", "0.0.0.0:0"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("--insecure-public"), "{}", text(&refused.stderr));
    assert!(!home.data().exists(), "nothing is made before the refusal");
    let mut command = home.parlor(&["serve", "--listen", "0.0.0.0:0", "--insecure-public", "--log", "json"]);
    assert!(Server::start(&mut command).stop().success());
}

#[test]
fn a_taken_port_is_named() {
    let home = Home::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = home.run(&["serve", "--listen", &address]);
    assert_eq!(refused.status.code(), Some(1));
    let sentence = text(&refused.stderr);
    assert!(sentence.contains(&address) && sentence.contains("--listen"), "{sentence}");
}
