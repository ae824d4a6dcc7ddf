//! `fidelio new`: a commented scenario to start from.

use super::console;
use crate::errors::Failure;
use crate::scenario;
use clap::{Args, ValueEnum};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Arguments of `fidelio new`.
#[derive(Args, Debug)]
pub struct NewArgs {
    /// Archetype of the program.
    pub archetype: Archetype,
    /// File to write; without it the scenario goes to standard output.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Overwrite the file where it exists.
    #[arg(long)]
    pub force: bool,
}

/// Kinds of program there is a starter for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Archetype {
    /// Points per purchase, a catalog of rewards, an expiry rule.
    Transactional,
    /// Customers who bring friends, rewards for both.
    Ambassador,
    /// Tiers of status by what is spent in a year, with multipliers, benefits and reviews.
    Tiered,
}

/// Writes the starter.
///
/// # Errors
/// Where the file exists and `--force` was not given, or cannot be written.
pub fn new(args: &NewArgs) -> Result<(), Failure> {
    let text = match args.archetype {
        Archetype::Transactional => scenario::starter_transactional(),
        Archetype::Ambassador => scenario::starter_ambassador(),
        Archetype::Tiered => scenario::starter_tiered(),
    };
    match &args.out {
        None => console::say(text),
        Some(path) => {
            write(path, text, args.force)?;
            console::remark(&format!(
                "wrote {}; next: fidelio check {}",
                path.display(),
                path.display()
            ));
            Ok(())
        }
    }
}

fn write(path: &Path, text: &str, force: bool) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true);
    // `create_new` looks and creates in one step: no other program can slip a file in between.
    if force {
        options.create(true).truncate(true)
    } else {
        options.create_new(true)
    };
    let written = options
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::input(format!(
            "`{}` exists: give another --out, or --force to overwrite it",
            path.display()
        )),
        _ => Failure::input(format!("cannot write `{}`: {error}", path.display())),
    })
}
