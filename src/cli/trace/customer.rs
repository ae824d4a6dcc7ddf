//! Which customer is meant: a stratum and an ordinal in it.

use super::TraceArgs;
use crate::cli::{console, live};
use crate::engine::EngineError;
use crate::engine::family::Workspace;
use crate::engine::observe::{Event, Member, Observer};
use crate::engine::plan::Plan;
use crate::engine::tally::{StratumKind, World};
use crate::errors::Failure;
use crate::scenario::diagnostics::nearest;
use crate::scenario::model::Scenario;

/// A simulated customer.
#[derive(Debug)]
pub struct Customer {
    pub segment: String,
    /// How he comes: `opening`, `arriving`, or `attracted` by a program.
    pub kind: &'static str,
    /// Among those of the kind and the segment, from 0.
    pub ordinal: u64,
    pub stratum: usize,
    /// In the stratum: those whom a program can attract are in one for each layer of its pull.
    pub within: u64,
}

/// The customer the arguments name.
///
/// # Errors
/// [`crate::errors::Category::Input`] where there is no such customer, with those there are.
pub fn find(args: &TraceArgs, scenario: &Scenario, plan: &Plan) -> Result<Customer, Failure> {
    let (segment, name) = segment(args, scenario)?;
    let (kind, code) = match (args.arriving, args.attracted) {
        (_, true) => (StratumKind::Attracted, "attracted"),
        (true, _) => (StratumKind::Arriving, "arriving"),
        _ => (StratumKind::Opening, "opening"),
    };
    let of = Kind {
        plan,
        segment,
        kind,
    };
    let all = of.simulated();
    if all == 0 {
        return Err(nobody(&name, kind, scenario));
    }
    if let Some(ordinal) = args.ordinal.filter(|ordinal| *ordinal >= all) {
        return Err(Failure::input(format!(
            "segment \"{name}\" has {} such customers, numbered from 0: there is no --ordinal {ordinal}",
            console::thousands(all)
        )));
    }
    let ordinal = match kind {
        StratumKind::Attracted => of.one_who_comes(&name, args.ordinal)?,
        _ => args.ordinal.unwrap_or(0),
    };
    let place = of.place(ordinal);
    let (stratum, within) = place.ok_or_else(|| nobody(&name, kind, scenario))?;
    Ok(Customer {
        segment: name,
        kind: code,
        ordinal,
        stratum,
        within,
    })
}

/// The segment the arguments name, and its name.
fn segment(args: &TraceArgs, scenario: &Scenario) -> Result<(usize, String), Failure> {
    let segments = scenario.segments.iter();
    let names: Vec<&str> = segments.map(|segment| segment.name.as_str()).collect();
    let Some(wanted) = &args.segment else {
        return Ok((0, names.first().copied().unwrap_or_default().to_owned()));
    };
    let found = names.iter().position(|known| known == wanted);
    let found = found.map(|at| (at, wanted.clone()));
    found.ok_or_else(|| {
        let meant = nearest(wanted, names.iter().copied());
        let meant = meant.map_or(String::new(), |name| format!("; did you mean \"{name}\"?"));
        Failure::input(format!(
            "no segment is called \"{wanted}\"; the scenario has {}{meant}",
            names.join(", ")
        ))
    })
}

fn nobody(segment: &str, kind: StratumKind, scenario: &Scenario) -> Failure {
    let hint = match kind {
        StratumKind::Attracted if scenario.programs.iter().all(|p| p.arrival_lift <= 0.0) => {
            "no program has an arrival_lift, so nobody comes only because of one. Without --attracted, one of the opening \
             base is told; with --arriving, one who arrives in every world"
        }
        StratumKind::Attracted => {
            "nobody arrives whom a program could bring more of: try without --attracted"
        }
        StratumKind::Arriving => "nobody arrives",
        StratumKind::Opening | StratumKind::Past => "there is no opening base: try --arriving",
    };
    Failure::input(format!("no such customer in segment \"{segment}\": {hint}"))
}

/// The customers of a segment who come in one way.
struct Kind<'a> {
    plan: &'a Plan,
    segment: usize,
    kind: StratumKind,
}

impl Kind<'_> {
    /// Their strata, each with how many are simulated.
    fn strata(&self) -> impl Iterator<Item = (usize, u64)> {
        let strata = self.plan.layout().strata.iter().enumerate();
        strata
            .filter(|(_, s)| s.segment == self.segment && s.kind == self.kind)
            .map(|(index, s)| (index, s.simulated))
    }

    fn simulated(&self) -> u64 {
        self.strata().map(|(_, simulated)| simulated).sum()
    }

    /// The stratum of an ordinal counted over all of them, and the place in it.
    fn place(&self, ordinal: u64) -> Option<(usize, u64)> {
        let mut within = ordinal;
        for (stratum, simulated) in self.strata() {
            if within < simulated {
                return Some((stratum, within));
            }
            within -= simulated;
        }
        None
    }

    /// The candidate asked for, where some program brings him; the first who is brought where none is asked for.
    ///
    /// # Errors
    /// [`crate::errors::Category::Input`] where he comes in no world, with the next who does.
    fn one_who_comes(&self, name: &str, asked: Option<u64>) -> Result<u64, Failure> {
        let found = self.first_from(asked.unwrap_or(0)).map_err(live::failure)?;
        let why = match (asked, found) {
            (None, Some(first)) => return Ok(first),
            (Some(asked), Some(found)) if asked == found => return Ok(found),
            (Some(asked), Some(next)) => format!(
                "candidate {asked} of segment \"{name}\" comes in no world, as no program pulls enough: the next who comes \
                 is --ordinal {next}"
            ),
            (Some(asked), None) => format!(
                "candidate {asked} of segment \"{name}\" comes in no world, nor does any after him: without --ordinal, the \
                 first who comes is told"
            ),
            (None, None) => format!(
                "no program pulls enough to bring any of the {} candidates of segment \"{name}\": simulate more customers, \
                 or look at launch and arrival_lift",
                console::thousands(self.simulated())
            ),
        };
        Err(Failure::input(why))
    }

    /// The first from an ordinal on who comes in any world. Whoever does not is no life, and takes no time.
    fn first_from(&self, ordinal: u64) -> Result<Option<u64>, EngineError> {
        let mut workspace = Workspace::new(self.plan);
        for candidate in ordinal..self.simulated() {
            let Some((stratum, within)) = self.place(candidate) else {
                break;
            };
            let mut seen = Seen(false);
            workspace.observe(0, stratum, within, &mut seen)?;
            if seen.0 {
                return Ok(Some(candidate));
            }
        }
        Ok(None)
    }
}

/// Whether anybody came.
struct Seen(bool);

impl Observer for Seen {
    fn event(&mut self, _: World, _: &Event) {}

    fn member(&mut self, _: &Member) {
        self.0 = true;
    }
}
