//! Templates: the built-in ones, and those of an app's own. A room keeps the template that it was made with, so a change
//! counts for rooms that are made afterwards.

use crate::act::{Act, Decision};
use crate::fault::Fault;
use crate::node::Node;
use parlor_protocol::codes::Code;
use parlor_protocol::ids::AppId;
use parlor_room::Template;
use parlor_store::rows::{TemplateRow, Versioned};
use parlor_store::{Key, ReadError, Sequence, View, Write};
use serde_json::json;

/// The ids of the built-in templates: online meeting, interactive live, karaoke, voice room.
const BUILT_IN: [i64; 4] = [3, 40, 400, 569];
/// Templates of an app's own.
const TEMPLATES_MAX: usize = 1000;

/// A template that an app can make rooms with.
#[derive(Clone, Debug)]
pub struct Offered {
    /// Its number.
    pub template_id: i64,
    /// Its row, where it is the app's own.
    pub own: Option<TemplateRow>,
    /// The rules; `None`: they are stored and do not read.
    pub template: Option<Template>,
}

impl Offered {
    fn own(row: TemplateRow) -> Self {
        let template = Template::parse(&row.body).inspect_err(|cause| {
            tracing::error!(template_id = row.template_id, %cause, "a stored template does not read");
        });
        Self { template_id: row.template_id, template: template.ok(), own: Some(row) }
    }

    fn built_in(template_id: i64) -> Option<Self> {
        let template = parlor_room::builtin(template_id)?;
        Some(Self { template_id, own: None, template: Some(template) })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match (&self.own, &self.template) {
            (Some(row), _) => &row.name,
            (None, template) => template.as_ref().map_or("", |template| &template.name),
        }
    }
}

fn read(view: &View<'_>, app_id: AppId, template_id: i64) -> Result<Option<Offered>, ReadError> {
    let own = view.template(app_id, template_id)?;
    Ok(own.map(|own| Offered::own(own.row)).or_else(|| Offered::built_in(template_id)))
}

/// The built-in templates, then the app's own, oldest first.
///
/// # Errors
/// The store could not be read.
pub async fn templates(node: &Node, app_id: AppId) -> Result<Vec<Offered>, Fault> {
    let own = node.store.read(move |view| view.templates(app_id)).await?;
    let built_in = BUILT_IN.into_iter().filter_map(Offered::built_in);
    Ok(built_in.chain(own.into_iter().map(|own| Offered::own(own.row))).collect())
}

/// One template.
///
/// # Errors
/// `NotFound`: the app has none of that number.
pub async fn offered(node: &Node, app_id: AppId, template_id: i64) -> Result<Offered, Fault> {
    let found = node.store.read(move |view| read(view, app_id, template_id)).await?;
    found.ok_or_else(not_found)
}

/// The rules of a template that a room is to be made with.
///
/// # Errors
/// 1001: there is none of that number. 1005: it cannot be used.
pub async fn template_of(node: &Node, app_id: AppId, template_id: i64) -> Result<Template, Fault> {
    let found = node.store.read(move |view| read(view, app_id, template_id)).await?;
    let found = found.ok_or_else(|| Fault::of(Code::RoomNotPrepared))?;
    found.template.ok_or_else(|| Fault::of(Code::RoomConfigBad))
}

fn not_found() -> Fault {
    Fault::field(Code::NotFound, "template_id", "the app has no template of that template_id")
}

/// Makes a template of the app's own, or replaces the one of that number. `json` is the rules.
///
/// # Errors
/// `InvalidParameter` names the place in the rules; `NotFound`; `Forbidden` for a built-in one; `QuotaExceeded`.
pub async fn put_template(
    node: &Node,
    act: &Act,
    template_id: Option<i64>,
    json: &str,
) -> Result<Offered, Fault> {
    let template = Template::parse(json)
        .map_err(|cause| Fault::field(Code::InvalidParameter, "template", format!("template: {cause}")))?;
    let (app_id, name, body) = (act.app_id, template.name.clone(), template.to_json());
    let number = match template_id {
        Some(given) => given,
        None => {
            let taken = node.store.take_numbers(Sequence::Template, 1).await?;
            i64::try_from(taken.start).map_err(|_| Fault::of(Code::QuotaExceeded))?
        }
    };
    let row = act.perform(node, async || {
        let read = move |view: &View<'_>| Ok((view.template(app_id, number)?, view.templates(app_id)?.len()));
        let (found, count) = node.store.read(read).await?;
        check(template_id, found.as_ref(), count)?;
        let row = TemplateRow {
            app_id,
            template_id: number,
            name: name.clone(),
            body: body.clone(),
            created_at_ms: found.as_ref().map_or(act.now_ms, |found| found.row.created_at_ms),
            updated_at_ms: act.now_ms,
        };
        let version = found.map_or(0, |found| found.version);
        let batch = act
            .batch()
            .expect_version(Key::Template(app_id, number), version)
            .write(Write::PutTemplate(row.clone()))
            .write(act.audit("template.put", &number.to_string(), &json!({"name": name})));
        Ok(Decision { batch, events: Vec::new(), answer: row })
    });
    Ok(Offered { template_id: number, own: Some(row.await?), template: Some(template) })
}

fn check(given: Option<i64>, found: Option<&Versioned<TemplateRow>>, count: usize) -> Result<(), Fault> {
    match (given, found) {
        (Some(number), None) if BUILT_IN.contains(&number) => Err(built_in()),
        (Some(_), None) => Err(not_found()),
        (None, _) if count >= TEMPLATES_MAX => {
            Err(Fault::new(Code::QuotaExceeded, format!("an app has at most {TEMPLATES_MAX} templates")))
        }
        _ => Ok(()),
    }
}

fn built_in() -> Fault {
    Fault::field(Code::Forbidden, "template_id", "the template of that template_id is built in")
}

/// Drops a template of the app's own. Rooms that were made with it keep it.
///
/// # Errors
/// `NotFound`; `Forbidden` for a built-in one.
pub async fn drop_template(node: &Node, act: &Act, template_id: i64) -> Result<(), Fault> {
    let app_id = act.app_id;
    let dropped = act.perform(node, async || {
        let found = node.store.read(move |view| view.template(app_id, template_id)).await?;
        check(Some(template_id), found.as_ref(), 0)?;
        let version = found.as_ref().map_or(0, |found| found.version);
        let name = found.map(|found| found.row.name).unwrap_or_default();
        let batch = act
            .batch()
            .expect_version(Key::Template(app_id, template_id), version)
            .write(Write::DropTemplate(app_id, template_id))
            .write(act.audit("template.drop", &template_id.to_string(), &json!({"name": name})));
        Ok(Decision { batch, events: Vec::new(), answer: () })
    });
    dropped.await
}
