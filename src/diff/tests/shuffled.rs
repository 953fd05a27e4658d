//! Bodies made at random: a state equals itself, however it is written down.

use serde_json::{Map, Value as Json};

use super::*;

/// A generator of numbers that gives the same ones on every machine (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }

    fn text(&mut self) -> String {
        let words = [
            "a",
            "Bc",
            "/subscriptions/s/x",
            "1",
            "[parameters('p')]",
            "[[x]",
            "",
            "ü~/",
        ];
        words[self.below(words.len())].to_owned()
    }

    fn body(&mut self, depth: usize) -> Json {
        match self.below(if depth == 0 { 5 } else { 8 }) {
            0 => Json::Null,
            1 => json!(self.below(2) == 0),
            2 => json!(self.below(9)),
            3 => json!(0.5),
            4 => json!(self.text()),
            5 => (0..self.below(4)).map(|_| self.body(depth - 1)).collect(),
            6 => (0..self.below(4))
                .map(|at| json!({"name": format!("n{at}"), "v": self.body(depth - 1)}))
                .collect(),
            _ => self.members(depth - 1),
        }
    }

    fn members(&mut self, depth: usize) -> Json {
        let names = [
            "size", "zones", "taints", "labels", "flag", "x", "y~/", "subnet",
        ];
        let count = self.below(5);
        let mut members = Map::new();
        for _ in 0..count {
            members.insert(names[self.below(names.len())].to_owned(), self.body(depth));
        }
        Json::Object(members)
    }

    /// The same state, written otherwise: members and array items in another order, nulls that say nothing.
    fn rewritten(&mut self, body: &Json) -> Json {
        match body {
            Json::Array(items) => {
                let mut items: Vec<Json> = items.iter().map(|item| self.rewritten(item)).collect();
                self.shuffle(&mut items);
                Json::Array(items)
            }
            Json::Object(members) => {
                let mut members: Vec<(String, Json)> = members
                    .iter()
                    .map(|(name, value)| (name.clone(), self.rewritten(value)))
                    .collect();
                if !members.iter().any(|(name, _)| name == "nothing") {
                    members.push(("nothing".to_owned(), Json::Null));
                }
                self.shuffle(&mut members);
                Json::Object(members.into_iter().collect())
            }
            Json::String(text) if text.starts_with("/subscriptions/") => json!(text.to_uppercase()),
            other => other.clone(),
        }
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            let other = self.below(at + 1);
            items.swap(at, other);
        }
    }
}

#[test]
fn a_state_equals_itself_however_it_is_written() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for round in 0..400 {
        let properties = dice.members(4);
        let mut named = properties.clone();
        named["name"] = json!("a");
        let before = [
            parent(json!([named])),
            pool("b", properties.clone()),
            resource("My.Service/others", "o", json!({"properties": properties})),
        ];
        let mut after = before.to_vec();
        if round % 2 == 1 {
            for resource in &mut after {
                resource["properties"] = dice.rewritten(&resource["properties"].clone());
            }
            dice.shuffle(&mut after);
        }
        let found = changes(&before, &after);
        for change in &found {
            assert_eq!(
                change.change_type,
                ChangeType::NoChange,
                "round {round}: {:?}\n{before:#?}\n{after:#?}",
                summary(&found)
            );
            assert!(change.is_decided(), "round {round}: {:?}", summary(&found));
        }
    }
}
