//! `results.json`: the contract with everything that reads results, in stable bytes.

use crate::results::Results;

/// The file: fields in the order of the types, two spaces, a newline at the end. The same results give the same bytes.
///
/// # Errors
/// If the results cannot be written as JSON. Not-a-number is written as `null`.
pub fn bytes(results: &Results) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(results)?;
    bytes.push(b'\n');
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::fixture;

    #[test]
    fn written_results_read_back() {
        let results = fixture::three_programs();
        let written = bytes(&results).unwrap();
        assert_eq!(written, bytes(&results).unwrap());
        assert!(written.ends_with(b"}\n"));
        let read: Results = serde_json::from_slice(&written).unwrap();
        assert_eq!(read, results);
    }
}
