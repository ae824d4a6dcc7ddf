//! Lots that end in one of two ways: the cumulative incidence of redemption where expiry competes with it (Aalen and
//! Johansen 1978; Kalbfleisch and Prentice, *The Statistical Analysis of Failure Time Data*, 8.2). Base: points
//! *issued*.
//!
//! 1 − Kaplan–Meier with expired lots censored answers another question (what if nothing ever expired) and overstates
//! the redemption rate; it is given beside the right one, labeled naive.
//!
//! The standard error of the incidence is Greenwood's with two ends (Marubini and Valsecchi, *Analysing Survival Data from
//! Clinical Trials and Observational Studies*, 1995, 10.2; the same as that of Aalen and Johansen). It holds for ends
//! that are independent: where `points` counts lots, or members. Points of one lot end together, so that on points it
//! would be far too small, and no error is stated for a triangle of points.

use super::Refusal;
use super::chain_ladder::Tail;
use super::projection::Projection;
use super::triangle::Triangle;
use crate::liability::measure::basis::OfIssued;

/// How a lot ended, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Redeemed,
    /// Expired or forfeited.
    Broken,
    /// Still outstanding when last seen.
    Censored,
}

/// Points of one lot with the same end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LotEnd {
    /// Age at the end, in any whole unit.
    pub age: u32,
    pub end: End,
    pub points: f64,
}

/// The curves at one age.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Incidence {
    pub age: u32,
    /// Points that reached the age unresolved.
    pub at_risk: f64,
    pub redeemed: OfIssued,
    pub broken: OfIssued,
    /// Neither yet: 1 − redeemed − broken.
    pub outstanding: OfIssued,
    /// Naive: 1 − Kaplan–Meier of redemption with broken lots censored.
    pub naive_redeemed: OfIssued,
    /// Standard error of `redeemed` where every point ends by itself.
    pub redeemed_error: f64,
}

/// Cumulative incidences at every age at which something ended. Lots censored at an age were at risk at it.
///
/// # Errors
/// If there are no points, or a number of points is negative or not finite.
pub fn cumulative_incidence(lots: &[LotEnd]) -> Result<Vec<Incidence>, Refusal> {
    for lot in lots {
        if !(lot.points.is_finite() && lot.points >= 0.0) {
            return Err(Refusal::Argument {
                what: "number of points of a lot",
                value: lot.points,
                wanted: "a finite number, zero or positive",
            });
        }
    }
    let mut at_risk: f64 = lots.iter().map(|lot| lot.points).sum();
    if at_risk <= 0.0 || !at_risk.is_finite() {
        return Err(Refusal::NothingIssued);
    }
    let mut order: Vec<&LotEnd> = lots.iter().collect();
    order.sort_by_key(|lot| lot.age);
    let (mut survival, mut redeemed, mut broken, mut without) = (1.0, 0.0, 0.0, 1.0);
    let mut spread = Spread::default();
    let mut curve = Vec::new();
    for group in order.chunk_by(|a, b| a.age == b.age) {
        let sum = |end: End| -> f64 {
            group
                .iter()
                .filter(|lot| lot.end == end)
                .map(|lot| lot.points)
                .sum()
        };
        let (used, lost, censored) = (sum(End::Redeemed), sum(End::Broken), sum(End::Censored));
        if used + lost > 0.0 {
            let reached = redeemed + survival * used / at_risk;
            spread.add(reached, survival, at_risk, used, lost);
            redeemed += survival * used / at_risk;
            broken += survival * lost / at_risk;
            without *= 1.0 - used / at_risk;
            survival *= 1.0 - (used + lost) / at_risk;
            curve.push(Incidence {
                age: group.first().map_or(0, |lot| lot.age),
                at_risk,
                redeemed: OfIssued(redeemed),
                broken: OfIssued(broken),
                outstanding: OfIssued(survival),
                naive_redeemed: OfIssued(1.0 - without),
                redeemed_error: libm::sqrt(spread.variance(redeemed).max(0.0)),
            });
        }
        at_risk -= used + lost + censored;
    }
    Ok(curve)
}

/// Sums over the ages so far from which the variance of the incidence at any of them follows. With F the incidence at the
/// end, F_i at age i, S before it, n at risk, d ended and r redeemed of them:
/// Var F = Σ (F − F_i)² d ÷ (n (n − d)) + Σ S² r (n − r) ÷ n³ − 2 Σ (F − F_i) S r ÷ n².
#[derive(Clone, Copy, Debug, Default)]
struct Spread {
    /// Σ w, Σ w F_i, Σ w F_i², with w = d ÷ (n (n − d)).
    hazard: [f64; 3],
    own: f64,
    /// Σ v, Σ v F_i, with v = S r ÷ n².
    cross: [f64; 2],
}

impl Spread {
    fn add(&mut self, reached: f64, survival: f64, at_risk: f64, used: f64, lost: f64) {
        let ended = used + lost;
        // Where nobody is left the incidence moves no more: (F − F_i) is zero from here on.
        if at_risk > ended {
            let weight = ended / (at_risk * (at_risk - ended));
            self.hazard[0] += weight;
            self.hazard[1] += weight * reached;
            self.hazard[2] += weight * reached * reached;
        }
        let part = survival / at_risk;
        self.own += part * part * used * (at_risk - used) / at_risk;
        let both = part * used / at_risk;
        self.cross[0] += both;
        self.cross[1] += both * reached;
    }

    fn variance(&self, redeemed: f64) -> f64 {
        let [w, wf, wff] = self.hazard;
        let [v, vf] = self.cross;
        redeemed * redeemed * w - 2.0 * redeemed * wf + wff + self.own - 2.0 * (redeemed * v - vf)
    }
}

/// What every origin of a triangle still redeems: its outstanding points times the conditional incidence from its age on,
/// (F(k) − F(k − 1)) ÷ S(age). Beyond the last age, F of the end times (tail − 1).
///
/// # Errors
/// If issued points are missing, a row has a gap, or points come back (a negative increment is no end).
pub fn project(triangle: &Triangle, tail: Tail) -> Result<Projection, Refusal> {
    if triangle.issued().is_none() {
        return Err(Refusal::NoIssued);
    }
    if let Some(row) = triangle.gap() {
        return Err(Refusal::Gap { origin: row + 1 });
    }
    if triangle.ages() < 2 {
        return Err(Refusal::OneAge);
    }
    let curve = cumulative_incidence(&ends(triangle))?;
    // The curve has no entry at an age at which nothing ended.
    let at = |age: usize| {
        let known = curve.iter().take_while(|entry| entry.age as usize <= age);
        known
            .last()
            .map_or((0.0, 1.0), |entry| (entry.redeemed.0, entry.outstanding.0))
    };
    let curve: Vec<(f64, f64)> = (0..triangle.ages()).map(at).collect();
    let last = curve.last().map_or(0.0, |entry| entry.0);
    // Points of an origin per point that is expected to be outstanding at its age.
    let scale = |row: usize| {
        let (age, _) = triangle.latest(row);
        let left = triangle.outstanding(row).unwrap_or(0.0);
        let expected = curve.get(age).map_or(0.0, |entry| entry.1);
        // Sums of shares leave less than this of what is all resolved.
        if expected > 1e-12 {
            left / expected
        } else {
            0.0
        }
    };
    let redeemed = |age: usize| curve.get(age).map_or(0.0, |entry| entry.0);
    let projection = Projection::new(
        triangle,
        |row, age| scale(row) * (redeemed(age) - redeemed(age - 1)),
        |row| scale(row) * last * (tail.factor - 1.0),
    );
    super::finite(&projection.ultimates())?;
    Ok(projection)
}

/// Every cell of a triangle as lots that ended at its age, and what is left at the last one.
fn ends(triangle: &Triangle) -> Vec<LotEnd> {
    let mut lots = Vec::new();
    for row in 0..triangle.rows() {
        let latest = triangle.latest(row).0;
        for (age, broken) in broken(triangle, row, latest).into_iter().enumerate() {
            let mut add = |end: End, points: f64| {
                lots.push(LotEnd {
                    age: age as u32,
                    end,
                    points,
                });
            };
            add(End::Redeemed, triangle.increment(row, age).unwrap_or(0.0));
            add(End::Broken, broken);
            if age == latest {
                add(End::Censored, triangle.outstanding(row).unwrap_or(0.0));
            }
        }
    }
    lots
}

/// What ended of a row at every age. What came back later never ended as far as is known now: it is taken off the latest
/// ends before it.
fn broken(triangle: &Triangle, row: usize, latest: usize) -> Vec<f64> {
    let mut broken: Vec<f64> = Vec::with_capacity(latest + 1);
    let mut before = 0.0;
    for age in 0..=latest {
        let ended = triangle.ended(row, age);
        let mut back = (before - ended).max(0.0);
        for earlier in broken.iter_mut().rev() {
            let undone = back.min(*earlier);
            *earlier -= undone;
            back -= undone;
        }
        broken.push((ended - before).max(0.0) - back);
        before = ended;
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::*;

    fn triangle(rows: &[&[Option<f64>]], issued: &[f64], ended: &[&[f64]]) -> Triangle {
        let names = (0..rows.len()).map(|row| format!("{row}")).collect();
        let cells = rows.iter().map(|row| row.to_vec()).collect();
        let triangle = Triangle::cumulative(names, cells).unwrap();
        let ended = ended.iter().map(|row| row.to_vec()).collect();
        let triangle = triangle.with_issued(issued.to_vec()).unwrap();
        triangle.with_ended(ended).unwrap()
    }

    fn lots(parts: &[(u32, End, f64)]) -> Vec<LotEnd> {
        let lot = |&(age, end, points): &(u32, End, f64)| LotEnd { age, end, points };
        parts.iter().map(lot).collect()
    }

    #[test]
    fn without_censoring_the_error_is_that_of_a_share() {
        let all = [
            (0, End::Redeemed, 20.0),
            (1, End::Broken, 10.0),
            (1, End::Redeemed, 15.0),
            (3, End::Broken, 30.0),
            (4, End::Redeemed, 25.0),
        ];
        for entry in cumulative_incidence(&lots(&all)).unwrap() {
            let share = entry.redeemed.0;
            let binomial = (share * (1.0 - share) / 100.0).sqrt();
            assert!(
                (entry.redeemed_error - binomial).abs() < 1e-12,
                "{entry:?} {binomial}"
            );
        }
    }

    #[test]
    fn without_a_competing_end_the_error_is_greenwoods() {
        let all = [
            (1, End::Redeemed, 3.0),
            (2, End::Censored, 4.0),
            (3, End::Redeemed, 2.0),
            (5, End::Redeemed, 1.0),
            (6, End::Censored, 11.0),
        ];
        let curve = cumulative_incidence(&lots(&all)).unwrap();
        // 21 at risk, then 14 and 12.
        let sum: f64 = [(21.0, 3.0), (14.0, 2.0), (12.0, 1.0)]
            .iter()
            .map(|(n, d)| d / (n * (n - d)))
            .sum();
        let last = curve.last().unwrap();
        let greenwood = last.outstanding.0 * sum.sqrt();
        assert!(
            (last.redeemed_error - greenwood).abs() < 1e-12,
            "{} {greenwood}",
            last.redeemed_error
        );
    }

    /// Lots of hazards 0.10 of redemption and 0.05 of expiry at each of 8 ages, of which a tenth is lost from sight at
    /// every age: the errors stated by the formula against the spread over 4,000 books.
    #[test]
    fn the_error_is_the_spread_over_simulated_books() {
        use crate::random::address::{mix, uniform64};
        let (books, size) = (4000u64, 200u64);
        let mut state = 7u64;
        let mut uniform = || {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let word = mix(state);
            uniform64(word as u32, (word >> 32) as u32)
        };
        let (mut sum, mut squares, mut stated) = (0.0, 0.0, 0.0);
        for _ in 0..books {
            let mut all = Vec::new();
            for _ in 0..size {
                let end = (0..8).find_map(|age| {
                    let draw = uniform();
                    let end = match draw {
                        x if x < 0.10 => End::Redeemed,
                        x if x < 0.15 => End::Broken,
                        // At risk at the age, out of sight after it.
                        x if x < 0.235 => End::Censored,
                        _ => return None,
                    };
                    Some((age, end))
                });
                let (age, end) = end.unwrap_or((7, End::Censored));
                all.push((age, end, 1.0));
            }
            let last = *cumulative_incidence(&lots(&all)).unwrap().last().unwrap();
            sum += last.redeemed.0;
            squares += last.redeemed.0 * last.redeemed.0;
            stated += last.redeemed_error * last.redeemed_error;
        }
        let n = books as f64;
        let mean = sum / n;
        let variance = (squares - n * mean * mean) / (n - 1.0);
        // F = 0.10 Σ 0.85^k over 8 ages, without bias; the variance of a variance is 2 ÷ (n − 1) of its square.
        let truth = 0.10 * (1.0 - 0.85f64.powi(8)) / 0.15;
        assert!(
            (mean - truth).abs() < 4.0 * (variance / n).sqrt(),
            "{mean} {truth}"
        );
        let ratio = stated / n / variance;
        assert!((ratio - 1.0).abs() < 4.0 * (2.0 / n).sqrt(), "{ratio}");
    }

    #[test]
    fn three_vintages_by_hand() {
        let found = triangle(
            &[
                &[Some(20.0), Some(50.0), Some(60.0)],
                &[Some(40.0), Some(60.0), None],
                &[Some(30.0), None, None],
            ],
            &[100.0, 100.0, 100.0],
            &[&[0.0, 10.0, 40.0], &[0.0, 20.0], &[0.0]],
        );
        let projected = project(&found, Tail::NONE).unwrap();
        // Age 0: 90 of 300 redeemed. Age 1: of 140 at risk 50 redeemed, 30 ended. Age 2: of 40 at risk all end, 10 redeemed.
        let (f0, s0) = (0.3, 0.7);
        let (f1, s1) = (f0 + s0 * 50.0 / 140.0, s0 * 60.0 / 140.0);
        let f2 = f1 + s1 * 10.0 / 40.0;
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12 * b.abs().max(1.0), "{a} {b}");
        assert_eq!(projected.reserves()[0], 0.0);
        close(projected.reserves()[1], 20.0 / s1 * (f2 - f1));
        close(projected.future[2][0], 70.0 / s0 * (f1 - f0));
        close(projected.future[2][1], 70.0 / s0 * (f2 - f1));
        // A tail of a tenth of all that is redeemed.
        let tail = Tail {
            factor: 1.1,
            ..Tail::NONE
        };
        let longer = project(&found, tail).unwrap();
        close(longer.tail[2], 70.0 / s0 * f2 * 0.1);
    }

    #[test]
    fn without_other_ends_and_with_equal_exposure_it_is_what_outstanding_points_redeem() {
        let found = triangle(
            &[&[Some(10.0), Some(40.0)], &[Some(30.0), None]],
            &[100.0, 100.0],
            &[&[0.0, 0.0], &[0.0]],
        );
        // Of 90 outstanding after the first age, 30 were redeemed: a third of the 70.
        let projected = project(&found, Tail::NONE).unwrap();
        assert!((projected.reserve() - 70.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn points_that_come_back_are_refused() {
        let found = triangle(
            &[&[Some(10.0), Some(4.0)], &[Some(30.0), None]],
            &[100.0, 100.0],
            &[&[0.0, 0.0], &[0.0]],
        );
        let refused = project(&found, Tail::NONE);
        assert!(matches!(refused, Err(Refusal::Argument { .. })));
    }
}
