//! Templates over HTTP. No page publishes such calls: these are our own.

use crate::fault::Fault;
use crate::http::field::Kind::{Free, Number};
use crate::http::field::{Nothing, fields};
use crate::http::route::{Call, Route};
use crate::room::{self, Offered};
use axum::http::Method;
use parlor_protocol::codes::Code;
use parlor_protocol::limits;
use parlor_room::Template;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

const TEMPLATE_ID: crate::http::field::Kind = Number { min: 1, max: limits::ROOM_TEMPLATE_ID_MAX };

/// The calls.
pub(super) fn routes() -> Vec<Route> {
    let one = "/neroom/v1/templates/{template_id}";
    vec![
        Route::new(Method::GET, "/neroom/v1/templates", "The templates that rooms can be made with", list),
        Route::new(Method::POST, "/neroom/v1/templates", "Create a template", create),
        Route::new(Method::GET, one, "One template with its rules", get),
        Route::new(Method::PUT, one, "Replace a template, for rooms that are made afterwards", replace),
        Route::new(Method::DELETE, one, "Drop a template; rooms that were made with it keep it", discard),
    ]
}

fields! {
    /// A new template.
    pub struct New {
        /// Its rules (docs/decisions/051-templates.md); the built-in ones show the form.
        template: Map<String, Value> = Free;
    }
}

fields! {
    /// New rules of a template.
    pub struct Replace {
        /// The template.
        template_id / "templateId": i64 = TEMPLATE_ID;
        /// Its rules, all of them.
        template: Map<String, Value> = Free;
    }
}

fields! {
    /// The template.
    pub struct Named {
        /// The template.
        template_id / "templateId": i64 = TEMPLATE_ID;
    }
}

/// Templates, the built-in ones first.
#[derive(Serialize, JsonSchema)]
pub struct Templates {
    templates: Vec<Listed>,
}

/// A template.
#[derive(Serialize, JsonSchema)]
pub struct Listed {
    /// Its number; from 1000 on those of the app's own.
    template_id: i64,
    /// For people who choose one.
    name: String,
    /// It cannot be changed.
    built_in: bool,
    /// When it was made, in milliseconds since 1970; absent where it is built in.
    create_time: Option<i64>,
    /// When it was changed last.
    update_time: Option<i64>,
}

impl From<&Offered> for Listed {
    fn from(offered: &Offered) -> Self {
        Self {
            template_id: offered.template_id,
            name: offered.name().to_owned(),
            built_in: offered.own.is_none(),
            create_time: offered.own.as_ref().map(|row| row.created_at_ms),
            update_time: offered.own.as_ref().map(|row| row.updated_at_ms),
        }
    }
}

/// A template with its rules.
#[derive(Serialize, JsonSchema)]
pub struct Whole {
    #[serde(flatten)]
    listed: Listed,
    /// Its rules.
    template: Value,
}

fn whole(offered: &Offered) -> Result<Whole, Fault> {
    let rules = offered.template.as_ref().map(Template::to_json);
    let rules = rules.and_then(|rules| serde_json::from_str(&rules).ok());
    let template = rules.ok_or_else(|| Fault::of(Code::RoomConfigBad))?;
    Ok(Whole { listed: offered.into(), template })
}

async fn list(call: Call, _: Nothing) -> Result<Templates, Fault> {
    let templates = room::templates(&call.node, call.app.app_id).await?;
    Ok(Templates { templates: templates.iter().map(Listed::from).collect() })
}

async fn create(call: Call, new: New) -> Result<Listed, Fault> {
    let rules = Value::Object(new.template).to_string();
    let offered = room::put_template(&call.node, &call.act, None, &rules).await?;
    Ok(Listed::from(&offered))
}

async fn get(call: Call, named: Named) -> Result<Whole, Fault> {
    whole(&room::offered(&call.node, call.app.app_id, named.template_id).await?)
}

async fn replace(call: Call, new: Replace) -> Result<(), Fault> {
    let rules = Value::Object(new.template).to_string();
    room::put_template(&call.node, &call.act, Some(new.template_id), &rules).await.map(drop)
}

async fn discard(call: Call, named: Named) -> Result<(), Fault> {
    room::drop_template(&call.node, &call.act, named.template_id).await
}
