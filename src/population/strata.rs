//! Strata: how many families each stands for, and how many are simulated.

use crate::random::address::hash_names;
use crate::scenario::model::Scenario;

/// Stated number of families, and the hash that keys them.
#[derive(Clone, Debug, PartialEq)]
pub struct StratumPlan {
    pub segment: usize,
    pub opening: bool,
    pub stated: u64,
    pub simulated: u64,
    /// hash(segment name, stratum kind).
    pub hash: u64,
    /// Lower edge and width of the layer of arrivals that only a program brings about, as shares of those who arrive
    /// anyway; none of those who are there or arrive in world 0.
    pub attracted: Option<[f64; 2]>,
}

/// A segment whose stratum stands for families but got no simulated one, and a number of simulated customers with which
/// every stratum gets at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Empty {
    pub segment: String,
    pub enough: u64,
}

/// Strata that stand for somebody, sorted by segment name, opening before arriving: the order in the file changes nothing.
///
/// Simulated customers are dealt in proportion to the stated numbers by largest remainder, ties by name.
///
/// # Errors
/// [`Empty`] where a stratum got no simulated family.
pub fn plan(scenario: &Scenario) -> Result<Vec<StratumPlan>, Empty> {
    let mut order: Vec<usize> = (0..scenario.segments.len()).collect();
    order.sort_by(|a, b| scenario.segments[*a].name.cmp(&scenario.segments[*b].name));
    let opening = split(scenario, &order, scenario.market.customers);
    let arriving = split(scenario, &order, arrivals(scenario));
    let mut strata = Vec::new();
    for (i, segment) in order.iter().enumerate() {
        let name = &scenario.segments[*segment].name;
        for (is_opening, stated) in [(true, opening[i]), (false, arriving[i])] {
            if stated > 0 {
                strata.push(StratumPlan {
                    segment: *segment,
                    opening: is_opening,
                    stated,
                    simulated: 0,
                    hash: hash_names(&[name, if is_opening { "opening" } else { "arriving" }]),
                    attracted: None,
                });
            }
        }
    }
    let weights: Vec<u64> = strata.iter().map(|s| s.stated).collect();
    for (stratum, simulated) in strata
        .iter_mut()
        .zip(largest_remainder(scenario.simulation.customers, &weights))
    {
        stratum.simulated = simulated;
        if simulated == 0 {
            return Err(Empty {
                segment: scenario.segments[stratum.segment].name.clone(),
                enough: enough(&weights),
            });
        }
    }
    Ok(strata)
}

/// A total of which every weight is dealt one, whatever the remainders.
fn enough(weights: &[u64]) -> u64 {
    let sum: u128 = weights.iter().map(|w| u128::from(*w)).sum();
    let least = weights.iter().copied().filter(|w| *w > 0).min();
    let total = least.map_or(0, |least| sum.div_ceil(u128::from(least)));
    u64::try_from(total).unwrap_or(u64::MAX)
}

/// The arrivals that only a program can bring about, by segment and layer: a layer of width w holds w times the arriving
/// of its segment, simulated in the same proportion beside `simulation.customers`, so that a program which attracts
/// changes the size of no other stratum. `edges`: of the layers any program reaches, and the end of the last.
pub fn attracted(scenario: &Scenario, strata: &[StratumPlan], edges: &[f64]) -> Vec<StratumPlan> {
    let arriving = strata.iter().filter(|s| !s.opening);
    arriving
        .flat_map(|s| {
            edges
                .windows(2)
                .enumerate()
                .filter_map(move |(layer, edge)| {
                    let width = edge[1] - edge[0];
                    let part = |of: u64| of as f64 * width;
                    let stated = libm::round(part(s.stated)) as u64;
                    let name = &scenario.segments[s.segment].name;
                    (stated > 0).then(|| StratumPlan {
                        segment: s.segment,
                        opening: false,
                        stated,
                        simulated: libm::ceil(part(s.simulated)) as u64,
                        hash: hash_names(&[name, "attracted", &layer.to_string()]),
                        attracted: Some([edge[0], width]),
                    })
                })
        })
        .collect()
}

/// Arrivals over the horizon at market scale.
pub fn arrivals(scenario: &Scenario) -> u64 {
    if scenario.market.entries.is_empty() {
        let total = scenario.market.arrivals_per_year * f64::from(scenario.horizon_months) / 12.0;
        // A count of months times a rate may land a rounding error below an integer.
        libm::floor(total + 1e-6) as u64
    } else {
        scenario.market.entries.iter().map(|e| e.count).sum()
    }
}

/// A market total dealt to segments by their shares.
fn split(scenario: &Scenario, order: &[usize], total: u64) -> Vec<u64> {
    let scale = (1u64 << 40) as f64;
    let weights: Vec<u64> = order
        .iter()
        .map(|s| libm::round(scenario.segments[*s].share * scale) as u64)
        .collect();
    largest_remainder(total, &weights)
}

/// Deals `total` in proportion to integer weights: floors, then one more to the largest remainders (first wins ties).
pub fn largest_remainder(total: u64, weights: &[u64]) -> Vec<u64> {
    let sum: u128 = weights.iter().map(|w| u128::from(*w)).sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let mut dealt: Vec<u64> = Vec::with_capacity(weights.len());
    let mut remainders: Vec<(u128, usize)> = Vec::with_capacity(weights.len());
    for (i, weight) in weights.iter().enumerate() {
        let product = u128::from(total) * u128::from(*weight);
        dealt.push((product / sum) as u64);
        remainders.push((product % sum, i));
    }
    let left = total - dealt.iter().sum::<u64>();
    remainders.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    for (_, i) in remainders.iter().take(left as usize) {
        dealt[*i] += 1;
    }
    dealt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_are_enough_for_every_weight() {
        for weights in [&[1, 1000][..], &[7, 3, 90_001], &[5], &[]] {
            let dealt = largest_remainder(enough(weights), weights);
            assert!(dealt.iter().all(|one| *one > 0), "{weights:?}");
        }
    }

    #[test]
    fn largest_remainder_deals_everything() {
        assert_eq!(largest_remainder(10, &[1, 1, 1]), [4, 3, 3]);
        assert_eq!(largest_remainder(7, &[0, 5, 2]), [0, 5, 2]);
        assert_eq!(largest_remainder(0, &[3, 4]), [0, 0]);
        assert_eq!(largest_remainder(5, &[]), Vec::<u64>::new());
        assert_eq!(largest_remainder(u64::MAX, &[1]), [u64::MAX]);
    }
}
