//! Where results go: a directory that is claimed before the run and filled at once after it.
//!
//! Nothing is overwritten in silence: the directory must be new, empty, or written by an earlier run of the same
//! scenario with the same seed and no more customers (its manifest says so); anything else needs `--force`. So a quick
//! look with few customers never replaces the long run it looks at. Files the run does not write are left alone. The files
//! are staged in a temporary directory beside the target and renamed, the manifest last.

use super::console;
use super::record::{self, MANIFEST, Manifest, OutputFile};
use crate::errors::Failure;
use crate::scenario::model::Scenario;
use std::fs;
use std::path::{Path, PathBuf};

/// What tells one run of a scenario from another.
#[derive(Clone, Copy, Debug)]
pub struct Sample<'a> {
    /// The scenario's name.
    pub name: &'a str,
    pub seed: u64,
    pub customers: u64,
}

impl Sample<'_> {
    pub fn of(scenario: &Scenario) -> Sample<'_> {
        Sample {
            name: &scenario.name,
            seed: scenario.simulation.seed,
            customers: scenario.simulation.customers,
        }
    }

    /// Whether an earlier run may be replaced by this one without a word.
    fn succeeds(&self, earlier: &Manifest) -> bool {
        earlier.seed == self.seed && earlier.customers <= self.customers
    }
}

/// A directory this run may write to.
#[derive(Debug)]
pub struct Target {
    dir: PathBuf,
    /// Files an earlier run of this scenario wrote here.
    earlier: Vec<String>,
}

impl Target {
    /// Claims `dir` for a run, and proves that it can be written.
    ///
    /// # Errors
    /// [`crate::errors::Category::Input`] where it belongs to something else or cannot be written.
    pub fn claim(dir: &Path, run: Sample<'_>, force: bool) -> Result<Target, Failure> {
        let earlier = match fs::metadata(dir) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(cannot(dir, &error)),
            Ok(found) if !found.is_dir() => {
                return Err(Failure::input(format!(
                    "`{}` is a file, not a directory: give another --out",
                    dir.display()
                )));
            }
            Ok(_) => earlier_files(dir, run, force)?,
        };
        prove_writable(dir)?;
        Ok(Target {
            dir: dir.to_owned(),
            earlier,
        })
    }

    /// The directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Writes all files or, where the disk refuses while staging, none.
    ///
    /// # Errors
    /// [`crate::errors::Category::Input`] where a file cannot be written.
    pub fn fill(&self, files: &[OutputFile]) -> Result<(), Failure> {
        let blocked = |error: std::io::Error| cannot(&self.dir, &error);
        let staging = stage(parent(&self.dir)).map_err(blocked)?;
        // A directory of its own inside: temporary directories are private, results are as open as the umask says.
        let staged = staging.path().join("results");
        for file in files {
            let to = staged.join(&file.name);
            place(&to, |to| fs::write(to, &file.bytes))
                .map_err(|error| cannot(&self.dir.join(&file.name), &error))?;
        }
        if !self.dir.exists() {
            return fs::rename(&staged, &self.dir).map_err(blocked);
        }
        let (manifest, others): (Vec<_>, Vec<_>) =
            files.iter().partition(|file| file.name == MANIFEST);
        for file in others.iter().chain(&manifest) {
            let to = self.dir.join(&file.name);
            place(&to, |to| fs::rename(staged.join(&file.name), to))
                .map_err(|error| cannot(&to, &error))?;
        }
        self.remove_stale(files);
        Ok(())
    }

    /// Removes what the earlier run of this scenario wrote and this one did not.
    fn remove_stale(&self, files: &[OutputFile]) {
        for name in &self.earlier {
            if record::is_below(name) && !files.iter().any(|file| file.name == *name) {
                // A stale chart that cannot be removed harms nothing.
                let _ = fs::remove_file(self.dir.join(name));
            }
        }
    }
}

/// Puts a file where its directories may not exist yet.
fn place(to: &Path, put: impl Fn(&Path) -> std::io::Result<()>) -> std::io::Result<()> {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent)?;
    }
    put(to)
}

/// What an earlier run left in an existing directory; refuses a directory of something else.
fn earlier_files(dir: &Path, run: Sample<'_>, force: bool) -> Result<Vec<String>, Failure> {
    let empty = fs::read_dir(dir)
        .map_err(|error| cannot(dir, &error))?
        .next()
        .is_none();
    let owner = Manifest::read(dir).ok();
    match owner {
        Some(manifest) if manifest.scenario == run.name && (force || run.succeeds(&manifest)) => {
            Ok(manifest.file_names())
        }
        Some(manifest) if manifest.scenario == run.name => Err(Failure::input(format!(
            "`{}` holds a run of {} customers with seed {}, and this one has {} and seed {}: give another --out, or \
             --force to replace it",
            dir.display(),
            console::thousands(manifest.customers),
            manifest.seed,
            console::thousands(run.customers),
            run.seed
        ))),
        Some(manifest) if !force => Err(Failure::input(format!(
            "`{}` holds the results of another scenario, \"{}\": give another --out, or --force to overwrite its files",
            dir.display(),
            manifest.scenario
        ))),
        None if !empty && !force => Err(Failure::input(format!(
            "`{}` is not empty and no earlier run of this scenario wrote it: give another --out, or --force to write into it",
            dir.display()
        ))),
        _ => Ok(Vec::new()),
    }
}

/// Creates the parents and tries to write where the results will be staged and renamed.
fn prove_writable(dir: &Path) -> Result<(), Failure> {
    let parent = parent(dir);
    fs::create_dir_all(parent).map_err(|error| cannot(parent, &error))?;
    stage(parent).map_err(|error| cannot(parent, &error))?;
    if dir.exists() {
        stage(dir).map_err(|error| cannot(dir, &error))?;
    }
    Ok(())
}

/// A temporary directory, removed when dropped.
fn stage(within: &Path) -> std::io::Result<tempfile::TempDir> {
    tempfile::Builder::new()
        .prefix(".fidelio-")
        .tempdir_in(within)
}

fn parent(dir: &Path) -> &Path {
    match dir.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn cannot(path: &Path, error: &std::io::Error) -> Failure {
    Failure::input(format!("cannot write `{}`: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::record::tests::manifest_of;
    use crate::errors::Category;

    fn file(name: &str, text: &str) -> OutputFile {
        OutputFile {
            name: name.to_owned(),
            bytes: text.as_bytes().to_vec(),
        }
    }

    /// Files of a run of the scenario `name`.
    fn files(name: &str, outputs: &[&str]) -> Vec<OutputFile> {
        let mut files: Vec<OutputFile> = outputs.iter().map(|output| file(output, name)).collect();
        files.push(file(MANIFEST, &manifest_of(name, outputs).to_json()));
        files
    }

    /// The run that `manifest_of` records.
    fn run(name: &str) -> Sample<'_> {
        Sample {
            name,
            seed: 7,
            customers: 1000,
        }
    }

    fn names(dir: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_new_directory_appears_whole() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("deep/er/grocer");
        let target = Target::claim(&dir, run("Grocer"), false).unwrap();
        assert!(!dir.exists(), "nothing before the run is over");
        target.fill(&files("Grocer", &["results.json"])).unwrap();
        assert_eq!(names(&dir), [MANIFEST, "results.json"]);
        assert_eq!(
            names(dir.parent().unwrap()),
            ["grocer"],
            "no staging directory stays behind"
        );
    }

    #[test]
    fn a_rerun_replaces_its_own_files_and_keeps_foreign_ones() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("grocer");
        Target::claim(&dir, run("Grocer"), false)
            .unwrap()
            .fill(&files("Grocer", &["a.csv", "old.svg"]))
            .unwrap();
        fs::write(dir.join("notes.txt"), "mine").unwrap();
        let again = Target::claim(&dir, run("Grocer"), false).unwrap();
        again.fill(&files("Grocer", &["a.csv", "new.svg"])).unwrap();
        assert_eq!(names(&dir), ["a.csv", MANIFEST, "new.svg", "notes.txt"]);
        assert_eq!(fs::read_to_string(dir.join("notes.txt")).unwrap(), "mine");
    }

    #[test]
    fn something_else_is_not_overwritten_without_force() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("thesis.tex"), "years of work").unwrap();
        let refused = Target::claim(root.path(), run("Grocer"), false).unwrap_err();
        assert_eq!(refused.category, Category::Input);
        assert!(refused.message.contains("--force"), "{refused}");
        Target::claim(root.path(), run("Grocer"), true)
            .unwrap()
            .fill(&files("Grocer", &["a.csv"]))
            .unwrap();
        let other = Target::claim(root.path(), run("Bakery"), false).unwrap_err();
        assert!(other.message.contains("\"Grocer\""), "{other}");
        assert_eq!(
            fs::read_to_string(root.path().join("thesis.tex")).unwrap(),
            "years of work"
        );
    }

    #[test]
    fn a_quick_look_does_not_replace_a_long_run() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("grocer");
        Target::claim(&dir, run("Grocer"), false)
            .unwrap()
            .fill(&files("Grocer", &["a.csv"]))
            .unwrap();
        let quick = Sample {
            customers: 999,
            ..run("Grocer")
        };
        let other = Sample {
            seed: 8,
            ..run("Grocer")
        };
        let longer = Sample {
            customers: 1001,
            ..run("Grocer")
        };
        for refused in [quick, other] {
            let failure = Target::claim(&dir, refused, false).unwrap_err();
            assert_eq!(failure.category, Category::Input);
            assert!(failure.message.contains("1,000 customers"), "{failure}");
            assert!(Target::claim(&dir, refused, true).is_ok(), "--force");
        }
        assert!(Target::claim(&dir, longer, false).is_ok());
    }

    #[test]
    fn a_path_that_cannot_be_written_fails_at_once() {
        let root = tempfile::tempdir().unwrap();
        let taken = root.path().join("taken");
        fs::write(&taken, "a file").unwrap();
        assert!(
            Target::claim(&taken, run("Grocer"), true).is_err(),
            "the target is a file"
        );
        assert!(
            Target::claim(&taken.join("below"), run("Grocer"), true).is_err(),
            "a parent is a file"
        );
    }

    #[test]
    fn a_manifest_cannot_name_files_outside() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("grocer");
        let outside = root.path().join("outside.csv");
        fs::write(&outside, "keep").unwrap();
        let mut first = files("Grocer", &["a.csv"]);
        first.pop();
        first.push(file(
            MANIFEST,
            &manifest_of("Grocer", &["../outside.csv"]).to_json(),
        ));
        Target::claim(&dir, run("Grocer"), false)
            .unwrap()
            .fill(&first)
            .unwrap();
        Target::claim(&dir, run("Grocer"), false)
            .unwrap()
            .fill(&files("Grocer", &["a.csv"]))
            .unwrap();
        assert!(outside.exists());
    }
}
