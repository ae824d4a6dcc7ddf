//! Rewards nobody can reach: dearer than what all but one in a thousand members issue within one term or five years.

use crate::population::Pilot;
use crate::scenario::model::{Expiry, Program};

/// A reward out of reach.
#[derive(Clone, Debug, PartialEq)]
pub struct Unreachable {
    pub program: String,
    pub reward: String,
    pub points: i64,
    /// 99.9th percentile of the points a member issues within the window.
    pub reachable: f64,
    pub window_months: f64,
}

/// Unreachable rewards of a program, by quadrature over the pilot.
pub fn unreachable(program: &Program, pilot: &Pilot) -> Vec<Unreachable> {
    let mut found: Vec<Unreachable> = Vec::new();
    for version in &program.versions {
        let window = match version.expiry {
            Expiry::FixedTerm { months } => f64::from(months).min(60.0),
            Expiry::Never | Expiry::Inactivity { .. } => 60.0,
        };
        let per_minor = version.earn.points_num as f64 / version.earn.points_den as f64;
        let mut issue: Vec<(f64, f64)> = pilot
            .people
            .iter()
            .map(|p| {
                let earned = p.traits.rate * p.traits.basket * per_minor * window;
                let capped = version
                    .earn
                    .cap_per_month
                    .map_or(earned, |cap| earned.min(cap as f64 * window));
                (capped + version.earn.sign_up_bonus as f64, p.weight)
            })
            .collect();
        issue.sort_by(|a, b| a.0.total_cmp(&b.0));
        let total: f64 = issue.iter().map(|i| i.1).sum();
        let mut above = 0.0;
        let mut reachable = 0.0;
        for (points, weight) in issue.iter().rev() {
            above += weight;
            reachable = *points;
            if above > total * 0.001 {
                break;
            }
        }
        for reward in &version.rewards {
            if reward.points as f64 > reachable && !found.iter().any(|u| u.reward == reward.name) {
                found.push(Unreachable {
                    program: program.name.clone(),
                    reward: reward.name.clone(),
                    points: reward.points,
                    reachable,
                    window_months: window,
                });
            }
        }
    }
    found
}
