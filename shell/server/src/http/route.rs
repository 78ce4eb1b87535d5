//! One call of the API: where it is, who may make it, what it takes and answers. The router, the checks and the
//! API description are all made from these.

use super::family::Family;
use super::field::{Arguments, Field, Fields};
use crate::act::Act;
use crate::fault::Fault;
use crate::node::Node;
use axum::http::Method;
use parlor_protocol::codes::Code;
use parlor_store::rows::AppRow;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::Value;
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

/// A call under way, admitted.
pub struct Call {
    /// The node that answers it.
    pub node: Node,
    /// The app that it is signed for.
    pub app: AppRow,
    /// Who acts, for changes.
    pub act: Act,
    /// Where it comes from, when it came over a socket.
    pub peer: Option<IpAddr>,
    /// Counts failed logins.
    pub failed_logins: Arc<super::limiter::FailedLogins>,
}

/// Who may make a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// The holder of the app's secret, by signature.
    Signed,
    /// Anyone who brings a credential in the request; the path names the app.
    Login,
}

/// Where the fields of a request are, apart from those in the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `application/json`, an object.
    Json,
    /// The query.
    Query,
}

type Handler = Arc<dyn Fn(Call, Arguments) -> Answering + Send + Sync>;
type Answering = Pin<Box<dyn Future<Output = Result<Value, Fault>> + Send>>;

/// One call of the API.
pub struct Route {
    /// HTTP method.
    pub method: Method,
    /// Path, with `{name}` for what varies.
    pub path: &'static str,
    /// Envelope and spelling.
    pub family: Family,
    /// Who may make it.
    pub access: Access,
    /// What it does, in a few words.
    pub summary: &'static str,
    /// What it takes.
    pub fields: &'static [Field],
    /// The schema of what it answers.
    pub answer: fn(&mut SchemaGenerator) -> Schema,
    /// `None`: the call is published and not performed here yet.
    handler: Option<Handler>,
}

impl Route {
    /// A signed call.
    pub fn new<F, A, Answered>(
        method: Method,
        path: &'static str,
        summary: &'static str,
        perform: fn(Call, F) -> Answered,
    ) -> Self
    where
        F: Fields + Send + 'static,
        A: Serialize + JsonSchema,
        Answered: Future<Output = Result<A, Fault>> + Send + 'static,
    {
        let handler = move |call: Call, arguments: Arguments| -> Answering {
            Box::pin(async move {
                let fields = F::read(&arguments)?;
                drop(arguments);
                let answer = perform(call, fields).await?;
                serde_json::to_value(answer).map_err(|cause| {
                    tracing::error!(%cause, "an answer could not be written");
                    Fault::of(Code::ServerError)
                })
            })
        };
        Self {
            method,
            path,
            family: Family::of(path).unwrap_or(Family::Room),
            access: Access::Signed,
            summary,
            fields: F::FIELDS,
            answer: |generator| generator.subschema_for::<A>(),
            handler: Some(Arc::new(handler)),
        }
    }

    /// A signed call that is published and answers "not supported".
    pub fn not_supported(method: Method, path: &'static str) -> Self {
        Self {
            method,
            path,
            family: Family::of(path).unwrap_or(Family::Room),
            access: Access::Signed,
            summary: "Not supported yet",
            fields: &[],
            answer: |generator| generator.subschema_for::<()>(),
            handler: None,
        }
    }

    /// Whether it is performed here.
    pub fn is_supported(&self) -> bool {
        self.handler.is_some()
    }

    /// The same, open to whoever brings a credential.
    pub fn login(self) -> Self {
        Self { access: Access::Login, ..self }
    }

    /// Where its fields are.
    pub fn carrier(&self) -> Carrier {
        match (self.method.as_str(), self.family) {
            ("GET" | "DELETE", _) => Carrier::Query,
            (_, Family::ImV1) => Carrier::Form,
            _ => Carrier::Json,
        }
    }

    /// Reads, checks and performs.
    pub async fn perform(&self, call: Call, arguments: Arguments) -> Result<Value, Fault> {
        match &self.handler {
            Some(handler) => handler(call, arguments).await,
            None => Err(Fault::of(Code::NotSupported)),
        }
    }
}
