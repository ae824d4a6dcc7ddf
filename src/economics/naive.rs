//! What a comparison of members with others would claim, beside what is true.

use super::scale::{Market, Sample};
use crate::engine::flow::NaiveFlow;

/// (Members' sales per customer − others') ÷ others', over the horizon.
pub(crate) struct NaiveLift {
    pub others: Option<Sample>,
    /// Against those of the others who visited at least once since launch.
    pub visitors: Option<Sample>,
}

impl NaiveLift {
    pub fn new(market: &Market, world: usize) -> NaiveLift {
        let flow = |flow: NaiveFlow| {
            market.sample(|s, b| market.tally.naive.get(&[world, s, b, flow as usize]) as f64)
        };
        let members = flow(NaiveFlow::MemberSales).over(&flow(NaiveFlow::Members));
        let against = |sales, count| {
            let others = flow(sales).over(&flow(count))?;
            members.as_ref()?.minus(&others).over(&others)
        };
        NaiveLift {
            others: against(NaiveFlow::OtherSales, NaiveFlow::Others),
            visitors: against(NaiveFlow::OtherVisitorSales, NaiveFlow::OtherVisitors),
        }
    }
}
