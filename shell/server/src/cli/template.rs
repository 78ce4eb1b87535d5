//! `parlor template …`

use super::ask::CliError;
use crate::admin::{TemplateAct, TemplateCommand};
use clap::{Args, Subcommand};
use std::io::Read;
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Of {
    /// The app, by AppKey or name.
    #[arg(long)]
    app: String,
}

#[derive(Subcommand)]
pub(super) enum Verb {
    /// List the templates that rooms of an app can be made with, the built-in ones first.
    List {
        #[command(flatten)]
        of: Of,
    },
    /// Show a template's rules, as `put` takes them.
    Show {
        #[command(flatten)]
        of: Of,
        template_id: i64,
    },
    /// Make a template from a file, or replace one; counts for rooms that are made afterwards.
    Put {
        #[command(flatten)]
        of: Of,
        /// The rules (JSON); `-` reads them from standard input.
        file: PathBuf,
        /// Replace this one of the app's own; without it a new one is made and its number printed.
        #[arg(long, value_name = "TEMPLATE_ID")]
        replace: Option<i64>,
    },
    /// Drop a template of the app's own; rooms that were made with it keep it.
    Drop {
        #[command(flatten)]
        of: Of,
        template_id: i64,
    },
}

impl Verb {
    pub(super) fn into_command(self) -> Result<TemplateCommand, CliError> {
        let (of, act) = match self {
            Self::List { of } => (of, TemplateAct::List),
            Self::Show { of, template_id } => (of, TemplateAct::Show { template_id }),
            Self::Put { of, file, replace } => {
                (of, TemplateAct::Put { template_id: replace, rules: rules(&file)? })
            }
            Self::Drop { of, template_id } => (of, TemplateAct::Drop { template_id }),
        };
        Ok(TemplateCommand { app: of.app, act })
    }
}

fn rules(file: &PathBuf) -> Result<String, CliError> {
    if file.as_os_str() != "-" {
        return std::fs::read_to_string(file).map_err(CliError::Path);
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(CliError::Path)?;
    Ok(text)
}
