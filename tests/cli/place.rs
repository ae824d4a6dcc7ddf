//! A directory of its own for every test, and the program run in it.

use assert_cmd::Command;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

pub const SMALL: &[&str] = &["--customers", "2000"];

/// A directory with the starter scenario in it.
pub struct Place {
    pub dir: TempDir,
}

/// How a command ended.
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Place {
    /// Nothing in it.
    pub fn empty() -> Place {
        Place {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    /// The starter scenario in it, as `market.toml`.
    pub fn new() -> Place {
        let place = Place {
            dir: tempfile::tempdir().unwrap(),
        };
        place.ends(&["new", "transactional", "--out", "market.toml"], 0);
        place
    }

    pub fn path(&self, below: &str) -> PathBuf {
        self.dir.path().join(below)
    }

    pub fn read(&self, below: &str) -> String {
        std::fs::read_to_string(self.path(below)).unwrap()
    }

    pub fn write(&self, below: &str, text: &str) {
        std::fs::write(self.path(below), text).unwrap();
    }

    /// Runs the program here; it must end with `code`.
    pub fn ends(&self, args: &[&str], code: i32) -> Ended {
        let ended = self.run(args);
        let shown = format!("fidelio {}\n{}\n{}", args.join(" "), ended.out, ended.err);
        assert_eq!(ended.code, Some(code), "{shown}");
        ended
    }

    pub fn run(&self, args: &[&str]) -> Ended {
        let mut command = Command::cargo_bin("fidelio").unwrap();
        let output = command
            .current_dir(self.dir.path())
            .args(args)
            .timeout(Duration::from_secs(300))
            .output()
            .unwrap();
        Ended {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Lives the starter with few customers.
    pub fn live(&self, out: &str, more: &[&str]) -> Ended {
        let args = [&["run", "market.toml", "--out", out], SMALL, more].concat();
        self.ends(&args, 0)
    }

    /// Every file of an output directory, by its path in it, but the record of the execution.
    pub fn files(&self, out: &str) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(&self.path(out), &self.path(out), &mut files);
        files.remove("run.json");
        files
    }
}

fn collect(root: &Path, dir: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let below = path
                .strip_prefix(root)
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/");
            files.insert(below, std::fs::read(&path).unwrap());
        }
    }
}

pub fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

pub fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

pub fn assert_same(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>) {
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    for (name, bytes) in a {
        assert!(b[name] == *bytes, "{name} differs");
    }
}
