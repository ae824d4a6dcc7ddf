use crate::results::Results;
pub struct Picture {
    pub name: String,
    pub svg: String,
    pub png: Vec<u8>,
}
pub fn charts(_: &Results) -> Result<Vec<Picture>, String> {
    Ok(vec![])
}
