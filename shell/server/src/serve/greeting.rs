//! The first start: an app to begin with, and what to do next.

use crate::app;
use crate::config::{Config, LogFormat, TlsMode};
use crate::fault::Fault;
use crate::folder::{Folder, write_private};
use crate::node::Node;
use parlor_store::rows::AppRow;
use serde_json::json;
use std::fmt::Write as _;
use std::io::Write as _;
use std::net::SocketAddr;

/// The name of the app that the first start makes.
const FIRST_APP: &str = "first";

/// On an empty store, makes an app with the room component on, and keeps its key and secret in a file.
pub(super) async fn first_app(node: &Node, folder: &Folder) -> Result<Option<AppRow>, Fault> {
    if !app::all(node).await?.is_empty() {
        return Ok(None);
    }
    let row = app::create(node, "server", FIRST_APP, true).await?;
    let shown = json!({"name": row.name, "app_key": row.app_key, "app_secret": row.app_secret.expose()});
    if let Err(cause) = write_private(&folder.first_app(), format!("{shown:#}\n").as_bytes()) {
        tracing::warn!(%cause, "key and secret of the first app could not be written to a file");
    }
    Ok(Some(row))
}

/// Says where the server is and what to do next; with JSON logs one line in the log says where it is.
pub(super) fn print(config: &Config, address: SocketAddr, folder: &Folder, first_app: Option<&AppRow>) {
    let scheme = if config.tls.mode == TlsMode::Off { "http" } else { "https" };
    let url = format!("{scheme}://{address}");
    tracing::info!(url, folder = %folder.path().display(), version = env!("CARGO_PKG_VERSION"), "ready");
    if config.log.format == LogFormat::Json {
        return;
    }
    let text = text(&url, folder, first_app);
    // Nobody may be reading standard output.
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

fn text(url: &str, folder: &Folder, first_app: Option<&AppRow>) -> String {
    let mut text =
        format!("\nParlor listens on {url}\nEverything it keeps is in {}\n", folder.path().display());
    if let Some(app) = first_app {
        // A String takes everything.
        let _ = write!(
            text,
            "\nThis is its first start. It has made an app, with the room component on:\n\n  \
             AppKey     {}\n  AppSecret  {}\n\nThey are shown once and kept in {} (only you may read it).\n",
            app.app_key,
            app.app_secret.expose(),
            folder.first_app().display(),
        );
    }
    let _ = write!(
        text,
        "\nNext:\n  export PARLOR_SERVER={url}      the SDKs and the examples look there\n  \
         parlor account create --app {FIRST_APP} alice    an IM account\n  \
         parlor app create NAME               another app\n  \
         parlor doctor                        is everything in order?\n\n",
    );
    text
}
