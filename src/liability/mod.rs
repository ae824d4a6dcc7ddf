//! What finance owes for outstanding points, from a book, a triangle of redemptions or a simulated run. [`measure`] values a set of points on either basis; [`estimate`] says how many of them will be redeemed;
//! [`statement`] lays both out in the tables finance and its auditor read.

pub mod estimate;
pub mod measure;
pub mod statement;
pub mod valuation;

#[cfg(test)]
mod tests;
