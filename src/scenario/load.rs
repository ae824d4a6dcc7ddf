//! Scenarios from files.

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::{MAX_BYTES, Parsed, from_table, read_toml};

/// A file, and where its text begins in the common address space of spans.
#[derive(Clone, Debug)]
pub struct Source {
    /// Path as given by the user.
    pub name: String,
    pub start: usize,
    pub text: String,
}

/// A scenario with the text it came from.
#[derive(Clone, Debug)]
pub struct Loaded {
    pub parsed: Parsed,
    /// The scenario's own file first, then those it extends.
    pub sources: Vec<Source>,
}

/// A file that could not be read at all.
#[derive(Debug)]
pub enum LoadError {
    Read(PathBuf, std::io::Error),
    TooLarge(PathBuf),
    NotText(PathBuf),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::Read(path, error) => write!(f, "cannot read {}: {error}", path.display()),
            LoadError::TooLarge(path) => {
                write!(f, "{} is larger than {MAX_BYTES} bytes", path.display())
            }
            LoadError::NotText(path) => write!(f, "{} is not UTF-8 text", path.display()),
        }
    }
}

impl std::error::Error for LoadError {}

/// Reads a file of at most [`MAX_BYTES`].
fn read(path: &Path) -> Result<String, LoadError> {
    let failed = |error| LoadError::Read(path.to_path_buf(), error);
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() > MAX_BYTES {
        return Err(LoadError::TooLarge(path.to_path_buf()));
    }
    String::from_utf8(bytes).map_err(|_| LoadError::NotText(path.to_path_buf()))
}

/// Loads a scenario; what is wrong in it is in the diagnostics, not in the error.
///
/// # Errors
/// The file cannot be read, is too large, or is not text.
pub fn load(path: impl AsRef<Path>) -> Result<Loaded, LoadError> {
    let path = path.as_ref();
    let text = read(path)?;
    let mut findings = Vec::new();
    let table = read_toml(&text, 0, &mut findings);
    let parsed = from_table(&table, findings);
    Ok(Loaded {
        parsed,
        sources: vec![Source {
            name: path.display().to_string(),
            start: 0,
            text,
        }],
    })
}
