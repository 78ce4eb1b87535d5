//! Apps (tenants).

use crate::apply::{Change, Put};
use crate::rows::{AppRow, Versioned};
use crate::seal::Place;
use crate::view::{Read, View, json, pair, parsed};
use parlor_protocol::ids::{AppId, AppKey};
use rusqlite::{Row, params};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT app_id, app_key, name, app_secret, previous_secret, previous_secret_until_ms, settings, ",
            "created_at_ms, version FROM app ",
            $rest
        )
    };
}

const SECRET: (&str, &str) = ("app", "app_secret");
const PREVIOUS: (&str, &str) = ("app", "previous_secret");

fn place(column: (&str, &str), app_id: AppId) -> Place {
    Place::new(column.0, column.1).number(app_id.0.into())
}

fn app_row(view: &View<'_>, row: &Row<'_>) -> Read<Versioned<AppRow>> {
    let app_id = AppId(row.get(0)?);
    let open = |column, sealed: Vec<u8>| view.open(column, &place(column, app_id), &sealed);
    let previous_secret = match pair::<Vec<u8>, i64>(row, 4, 5)? {
        Some((sealed, until_ms)) => Some((open(PREVIOUS, sealed)?, until_ms)),
        None => None,
    };
    Ok(Versioned {
        row: AppRow {
            app_id,
            app_key: parsed(row, 1)?,
            name: row.get(2)?,
            app_secret: open(SECRET, row.get(3)?)?,
            previous_secret,
            settings: json(row, 6)?,
            created_at_ms: row.get(7)?,
        },
        version: row.get(8)?,
    })
}

impl View<'_> {
    /// An app by its number.
    pub fn app(&self, app_id: AppId) -> Read<Option<Versioned<AppRow>>> {
        self.one(select!("WHERE app_id = ?1"), params![app_id.0], app_row)
    }

    /// An app by its public key.
    pub fn app_by_key(&self, app_key: &AppKey) -> Read<Option<Versioned<AppRow>>> {
        self.one(select!("WHERE app_key = ?1"), params![app_key.as_str()], app_row)
    }

    /// An app by its readable name.
    pub fn app_by_name(&self, name: &str) -> Read<Option<Versioned<AppRow>>> {
        self.one(select!("WHERE name = ?1"), params![name], app_row)
    }

    /// All apps, oldest first.
    pub fn apps(&self) -> Read<Vec<Versioned<AppRow>>> {
        self.many(select!("ORDER BY app_id"), [], app_row)
    }
}

impl Change<'_> {
    pub(crate) fn put_app(&self, app: &AppRow) -> Put {
        let secret = self.seal(&place(SECRET, app.app_id), app.app_secret.expose().as_bytes());
        let previous = app.previous_secret.as_ref();
        self.run(
            "INSERT INTO app (app_id, app_key, name, app_secret, previous_secret, previous_secret_until_ms, settings,
                 created_at_ms, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1)
             ON CONFLICT (app_id) DO UPDATE SET app_key = ?2, name = ?3, app_secret = ?4, previous_secret = ?5,
                 previous_secret_until_ms = ?6, settings = ?7, created_at_ms = ?8, version = version + 1",
            params![
                app.app_id.0,
                app.app_key.as_str(),
                app.name,
                secret,
                previous.map(|(s, _)| self.seal(&place(PREVIOUS, app.app_id), s.expose().as_bytes())),
                previous.map(|(_, until_ms)| until_ms),
                self.json(&app.settings)?,
                app.created_at_ms,
            ],
        )
    }
}
