//! Reading a scenario file: its text, what it means, and what the command line overrides.

use super::ScenarioArgs;
use super::console;
use crate::errors::Failure;
use crate::scenario::diagnostics::Diagnostic;
use crate::scenario::load::{self, Loaded};
use crate::scenario::model::Scenario;
use crate::scenario::{self, render};
use std::path::{Component, Path, PathBuf};

/// Folder of the copies of overlays, below that of all copies.
pub const OVERLAYS: &str = "overlays";

/// A file the scenario was read from.
pub struct Written {
    /// Relative to the folder of the scenario, with `/`; plain names only.
    pub name: String,
    pub text: String,
}

/// A scenario as it will be lived.
pub struct Input {
    /// As named on the command line.
    pub path: PathBuf,
    /// The scenario's own file first, then those it extends.
    pub written: Vec<Written>,
    /// As named on the command line.
    pub overlay: Vec<PathBuf>,
    /// Validated, with the overrides applied.
    pub scenario: Scenario,
    pub warnings: Vec<Diagnostic>,
    /// The warnings laid out for people.
    warning_text: String,
    pub seed_override: Option<u64>,
    pub customers_override: Option<u64>,
}

/// Reads the files of a scenario; what is wrong in them is in the diagnostics.
///
/// # Errors
/// [`crate::errors::Category::Input`] where there is no text to judge.
pub fn load(args: &ScenarioArgs) -> Result<Loaded, Failure> {
    for path in std::iter::once(&args.scenario).chain(&args.overlay) {
        if path.is_dir() {
            let shown = path.display();
            return Err(Failure::input(format!(
                "`{shown}` is a directory, not a scenario file"
            )));
        }
    }
    for (index, path) in args.overlay.iter().enumerate() {
        let before = args.overlay.iter().take(index);
        if before
            .clone()
            .any(|other| other.file_name() == path.file_name())
        {
            return Err(Failure::input(format!(
                "two overlays are called `{}`: their copies would be one file",
                path.display()
            )));
        }
    }
    load::load_with(&args.scenario, &args.overlay)
        .map_err(|error| Failure::input(error.to_string()))
}

impl Input {
    /// Reads and validates; every error of the files is in the failure's report.
    ///
    /// # Errors
    /// [`crate::errors::Category::Input`].
    pub fn read(args: &ScenarioArgs, colored: bool) -> Result<Input, Failure> {
        Input::accept(args, load(args)?, colored)
    }

    /// Takes what was loaded, if it is sound, and applies the overrides.
    ///
    /// # Errors
    /// [`crate::errors::Category::Input`], with every error of the files in its report.
    pub fn accept(
        args: &ScenarioArgs,
        mut loaded: Loaded,
        colored: bool,
    ) -> Result<Input, Failure> {
        let path = &args.scenario;
        let text = render::render(&loaded.parsed.diagnostics, &loaded.sources, colored);
        let Some(mut scenario) = loaded.parsed.scenario.take() else {
            let message = format!("the scenario `{}` was refused", path.display());
            return Err(Failure::input(message).with_report(text));
        };
        for name in overlay_stems(&args.overlay) {
            scenario.name = format!("{} ({name})", scenario.name);
        }
        if let Some(seed) = args.seed {
            scenario.simulation.seed = seed;
        }
        if let Some(customers) = args.customers {
            scenario.simulation.customers = customers;
            let excesses = scenario::too_large(&scenario);
            if !excesses.is_empty() {
                let why = excesses.join("; ");
                return Err(Failure::input(format!("--customers {customers}: {why}")));
            }
        }
        Ok(Input {
            path: path.clone(),
            written: written(path, &loaded),
            overlay: args.overlay.clone(),
            scenario,
            warnings: loaded.parsed.diagnostics,
            warning_text: text,
            seed_override: args.seed,
            customers_override: args.customers,
        })
    }

    /// The name results go by: the file's name without its extension.
    pub fn stem(&self) -> String {
        let stem = self.path.file_stem();
        let stem = stem.map(|stem| stem.to_string_lossy().into_owned());
        let stem = stem
            .filter(|stem| !stem.is_empty())
            .unwrap_or_else(|| "scenario".to_owned());
        std::iter::once(stem)
            .chain(overlay_stems(&self.overlay))
            .collect::<Vec<_>>()
            .join("-")
    }

    /// Says the warnings on standard error.
    pub fn remark_warnings(&self) {
        if !self.warnings.is_empty() {
            console::remark(self.warning_text.trim_end());
        }
    }
}

/// Names of overlays: those of their files without extension.
fn overlay_stems(overlays: &[PathBuf]) -> impl Iterator<Item = String> {
    let stems = overlays.iter().filter_map(|path| path.file_stem());
    stems.map(|stem| stem.to_string_lossy().into_owned())
}

/// The files read, by their place below the scenario's folder.
fn written(path: &Path, loaded: &Loaded) -> Vec<Written> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let sources = loaded.sources.iter().enumerate();
    sources
        .map(|(index, source)| {
            let path = Path::new(&source.name);
            let name = match path
                .file_name()
                .filter(|_| loaded.overlays.contains(&index))
            {
                Some(name) => format!("{OVERLAYS}/{}", name.to_string_lossy()),
                None => name_below(folder, path),
            };
            Written {
                name,
                text: source.text.clone(),
            }
        })
        .collect()
}

/// `markets/base.toml` for a file below the folder, the last part of the path for any other.
fn name_below(folder: &Path, path: &Path) -> String {
    let below = path.strip_prefix(folder).unwrap_or(path);
    let plain = |part: &Component| matches!(part, Component::Normal(_));
    let parts: Vec<String> = below
        .components()
        .filter(|part| *part != Component::CurDir)
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    let inside = below
        .components()
        .filter(|part| *part != Component::CurDir)
        .all(|part| plain(&part));
    match (inside, parts.last()) {
        (true, Some(_)) => parts.join("/"),
        (_, Some(last)) => last.clone(),
        (_, None) => "scenario.toml".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_from_the_scenarios_folder() {
        let cases = [
            ("scenarios", "scenarios/grocer.toml", "grocer.toml"),
            (
                "scenarios",
                "scenarios/markets/base.toml",
                "markets/base.toml",
            ),
            ("", "grocer.toml", "grocer.toml"),
            ("", "./grocer.toml", "grocer.toml"),
            ("/srv/ann", "/srv/ann/grocer.toml", "grocer.toml"),
            ("scenarios", "/srv/ann/grocer.toml", "grocer.toml"),
            ("scenarios", "scenarios/../grocer.toml", "grocer.toml"),
        ];
        for (folder, path, name) in cases {
            assert_eq!(
                name_below(Path::new(folder), Path::new(path)),
                name,
                "{path}"
            );
        }
    }
}
