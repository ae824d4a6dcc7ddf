//! Who enrolls when: e₀(λ/λ̄)^selection·(1 − 2^(−t/h)) ≥ Exp(1), t since launch for everyone.

use crate::population::Pilot;
use crate::random::elementary::{exp, ln};
use crate::scenario::model::Enrollment;

/// Enrollment of one program with its population constants.
#[derive(Clone, Copy, Debug)]
pub struct EnrollmentRule {
    selection: f64,
    half_time: f64,
    mean_rate: f64,
    /// e₀; infinite where everyone enrolls at the first visit.
    level: f64,
    launch: f64,
}

impl EnrollmentRule {
    /// Solves e₀ so that the share enrolled as t → ∞ equals the ceiling over the pilot's base.
    pub fn new(enrollment: &Enrollment, launch: f64, pilot: &Pilot) -> EnrollmentRule {
        let mut rule = EnrollmentRule {
            selection: enrollment.selection,
            half_time: enrollment.half_time_months,
            mean_rate: pilot.mean_rate,
            level: f64::INFINITY,
            launch,
        };
        if enrollment.ceiling < 1.0 {
            rule.level = solve_level(&rule, enrollment.ceiling, pilot);
        }
        rule
    }

    fn relative(&self, rate: f64) -> f64 {
        if self.selection == 0.0 || self.mean_rate <= 0.0 {
            return 1.0;
        }
        exp((self.selection * ln((rate / self.mean_rate).max(1e-300))).clamp(-700.0, 700.0))
    }

    /// Earliest instant (months) at which a visit enrolls this person; infinite if never.
    #[inline]
    pub fn earliest(&self, rate: f64, reluctance: f64) -> f64 {
        let reach = reluctance / (self.level * self.relative(rate));
        if reach >= 1.0 {
            return f64::INFINITY;
        }
        if self.half_time == 0.0 {
            return self.launch;
        }
        self.launch - self.half_time * ln(1.0 - reach) * std::f64::consts::LOG2_E
    }

    /// Probability that a person of this rate was willing by `time` (months).
    pub fn share_by(&self, rate: f64, time: f64) -> f64 {
        let since = time - self.launch;
        if since < 0.0 {
            return 0.0;
        }
        if self.level == f64::INFINITY {
            return 1.0;
        }
        let grown = if self.half_time == 0.0 {
            1.0
        } else {
            -libm::expm1(-since / self.half_time * std::f64::consts::LN_2)
        };
        -libm::expm1(-self.level * self.relative(rate) * grown)
    }
}

fn solve_level(rule: &EnrollmentRule, ceiling: f64, pilot: &Pilot) -> f64 {
    let relative: Vec<(f64, f64)> = pilot
        .base()
        .map(|p| (rule.relative(p.traits.rate), p.weight))
        .collect();
    let total: f64 = relative.iter().map(|r| r.1).sum();
    let share = |level: f64| -> f64 {
        let sum: f64 = relative
            .iter()
            .map(|(x, w)| w * -libm::expm1(-level * x))
            .sum();
        sum / total
    };
    // The share rises with the level: bisection on its logarithm.
    let (mut low, mut high) = (-60.0f64, 200.0f64);
    for _ in 0..64 {
        let middle = 0.5 * (low + high);
        if share(libm::exp(middle)) < ceiling {
            low = middle;
        } else {
            high = middle;
        }
    }
    libm::exp(0.5 * (low + high))
}
