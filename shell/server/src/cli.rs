//! The command line. Every command prints for people, or JSON with `--json`; errors go to standard error.
//!
//! Exit codes: 0 done; 1 refused or failed; 2 wrong use or configuration; 3 the data folder cannot be reached.

mod account;
mod app;
mod ask;
mod room;
mod show;
mod template;

use crate::admin::Command;
use crate::config::{self, Config, ConfigError, LogFormat, Overrides, TlsMode};
use crate::{doctor, log, restore, serve};
use ask::{CliError, ask};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

/// Parlor: people meet in rooms, over one identity and one connection.
#[derive(Parser)]
#[command(name = "parlor", version, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    verb: Verb,
}

/// What every command takes.
#[derive(Args)]
struct Global {
    /// The folder that holds everything; ./data when nothing says otherwise.
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Configuration file (TOML). `parlor config` shows every key.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Verb {
    /// Run the server until SIGTERM or Ctrl-C.
    Serve(ServeArgs),
    /// Show the configuration in effect, with every key.
    Config,
    /// Print the description of the HTTP API (OpenAPI).
    Openapi,
    /// Administer apps (tenants). An app is named by its AppKey or its name.
    #[command(subcommand)]
    App(app::Verb),
    /// Administer the accounts of an app.
    #[command(subcommand)]
    Account(account::Verb),
    /// Look at the rooms of an app, and end them.
    #[command(subcommand)]
    Room(room::Verb),
    /// Administer the templates that rooms of an app are made with.
    #[command(subcommand)]
    Template(template::Verb),
    /// Show the latest administrative acts.
    Audit {
        /// How many.
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
    /// Copy everything into a new folder, also while the server runs.
    Backup {
        /// The folder to make.
        dir: PathBuf,
        /// Leave the key file out. It is then to be kept apart: without it no token and no secret can be read.
        #[arg(long)]
        without_key: bool,
    },
    /// Put a backup in the place of the data folder, which is kept aside. The server must not run.
    Restore {
        /// The folder that `backup` made.
        dir: PathBuf,
    },
    /// Look for what is not in order, and say what to do about it.
    Doctor,
    /// The keys that seal tokens and secrets in the store.
    #[command(subcommand)]
    Key(KeyVerb),
    /// Is a server running on this folder?
    Status,
}

#[derive(Subcommand)]
enum KeyVerb {
    /// Make a new key and seal everything anew with it.
    Rotate,
}

#[derive(Args)]
struct ServeArgs {
    /// Address and port to listen on; 127.0.0.1:8787 when nothing says otherwise.
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<SocketAddr>,
    /// Where the certificate comes from.
    #[arg(long, value_enum)]
    tls: Option<TlsFlag>,
    /// Allow plain HTTP on an address that others can reach, for a server behind something that speaks TLS.
    #[arg(long)]
    insecure_public: bool,
    /// The shape of log lines; json prints nothing else.
    #[arg(long, value_enum)]
    log: Option<LogFlag>,
}

#[derive(Clone, Copy, ValueEnum)]
enum TlsFlag {
    /// No TLS.
    Off,
    /// Your own files: tls.certificate and tls.key.
    Files,
    /// A self-signed certificate, for trying out.
    SelfSigned,
    /// From a certificate authority, for tls.names.
    Acme,
}

#[derive(Clone, Copy, ValueEnum)]
enum LogFlag {
    /// For people.
    Human,
    /// For programs.
    Json,
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let json = cli.global.json;
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            show::error(&error, json);
            ExitCode::from(error.exit_code())
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode, CliError> {
    let Cli { global, verb } = cli;
    let config = load(&global, &verb)?;
    let command = match verb {
        Verb::Serve(_) => return run_server(config),
        Verb::Config => {
            print_config(&config, global.json)?;
            return Ok(ExitCode::SUCCESS);
        }
        Verb::Openapi => {
            print!("{}", crate::http::openapi::text());
            return Ok(ExitCode::SUCCESS);
        }
        Verb::Doctor => return Ok(doctor_of(&config, global.json)),
        Verb::Restore { dir } => {
            show::done(&restore::restore(&config, &dir)?, global.json);
            return Ok(ExitCode::SUCCESS);
        }
        Verb::App(verb) => Command::App(verb.into_command()?),
        Verb::Account(verb) => Command::Account(verb.into_command()?),
        Verb::Room(verb) => Command::Room(verb.into_command()),
        Verb::Template(verb) => Command::Template(verb.into_command()?),
        Verb::Audit { limit } => Command::Audit { limit },
        Verb::Backup { dir, without_key } => {
            let path = std::path::absolute(dir).map_err(CliError::Path)?;
            Command::Backup { path, with_keys: !without_key }
        }
        Verb::Key(KeyVerb::Rotate) => Command::RotateKey,
        Verb::Status => return status(&config, global.json),
    };
    show::done(&ask(&config, command)?, global.json);
    Ok(ExitCode::SUCCESS)
}

fn load(global: &Global, verb: &Verb) -> Result<Config, ConfigError> {
    let mut overrides = Overrides { data: global.data.clone(), ..Overrides::default() };
    if let Verb::Serve(serve) = verb {
        overrides.address = serve.listen;
        overrides.insecure_public = serve.insecure_public;
        overrides.tls = serve.tls.map(|tls| match tls {
            TlsFlag::Off => TlsMode::Off,
            TlsFlag::Files => TlsMode::Files,
            TlsFlag::SelfSigned => TlsMode::SelfSigned,
            TlsFlag::Acme => TlsMode::Acme,
        });
        overrides.log = serve.log.map(|log| match log {
            LogFlag::Human => LogFormat::Human,
            LogFlag::Json => LogFormat::Json,
        });
    }
    config::load(global.config.as_deref(), &overrides)
}

fn run_server(config: Config) -> Result<ExitCode, CliError> {
    log::start(&config.log)?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(CliError::Runtime)?;
    runtime.block_on(serve::run(config))?;
    Ok(ExitCode::SUCCESS)
}

fn print_config(config: &Config, json: bool) -> Result<(), CliError> {
    if json {
        show::done(&serde_json::to_value(config).map_err(|_| CliError::Show)?, true);
    } else {
        show::text(&toml::to_string(config).map_err(|_| CliError::Show)?);
    }
    Ok(())
}

fn doctor_of(config: &Config, json: bool) -> ExitCode {
    let findings = doctor::examine(config);
    show::findings(&findings, json);
    if findings.iter().any(|finding| finding.verdict == doctor::Verdict::Wrong) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn status(config: &Config, json: bool) -> Result<ExitCode, CliError> {
    let shown = ask::status(config)?;
    show::done(&shown, json);
    Ok(if shown["running"] == true { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
