//! The rules that a template must keep.

use std::collections::BTreeMap;

use parlor_protocol::limits::{self, TextRule};

use super::{ANY, Rule, Template, TemplateError};

/// What may stand in a rule beside its roles.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Action,
    RoomProperty,
    MemberProperty,
    Stream,
}

impl Template {
    pub(super) fn check(&self) -> Result<(), TemplateError> {
        text("name", &limits::TEMPLATE_NAME, &self.name)?;
        self.check_roles()?;
        for (field, value) in [("lifetimeMs", self.lifetime_ms), ("emptyGraceMs", self.empty_grace_ms)] {
            require(value >= 0, field, "is at least 0")?;
        }
        let permissions = &self.permissions;
        self.check_keys("permissions.room.properties", &permissions.room.properties, Kind::RoomProperty)?;
        self.check_keys(
            "permissions.member.properties",
            &permissions.member.properties,
            Kind::MemberProperty,
        )?;
        for (stream, rule) in &permissions.member.streams {
            let path = format!("permissions.member.streams.{}", stream.name());
            self.check_rule(&path, rule, Kind::Stream)?;
        }
        for (action, rule) in &permissions.actions {
            self.check_rule(&format!("permissions.actions.{}", action.name()), rule, Kind::Action)?;
        }
        self.check_initial()
    }

    fn check_roles(&self) -> Result<(), TemplateError> {
        require(!self.roles.is_empty(), "roles", "has at least one item")?;
        let most = limits::TEMPLATE_ROLES_MAX;
        require(self.roles.len() <= most, "roles", format!("has at most {most} items"))?;
        for (place, role) in self.roles.iter().enumerate() {
            let path = format!("roles[{place}].name");
            text(&path, &limits::ROLE_NAME, &role.name)?;
            let plain = !role.name.contains(['.', '|', '#', '*']) && role.name != "self";
            require(plain, &path, "has no . | # * and is not `self`")?;
            let first = self.roles.iter().position(|other| other.name == role.name) == Some(place);
            require(first, &path, "is another name than those of the other roles")?;
        }
        let default = self.role(&self.default_role);
        require(default.is_some(), "defaultRole", "is the name of one of the roles")?;
        let free = default.is_some_and(|role| role.limit == 0 && !role.bound_only);
        require(free, "defaultRole", "is a role without limit that anybody may take")
    }

    fn check_keys(
        &self,
        path: &str,
        rules: &BTreeMap<String, Rule>,
        kind: Kind,
    ) -> Result<(), TemplateError> {
        let most = limits::TEMPLATE_KEYS_MAX;
        require(rules.len() <= most, path, format!("has at most {most} keys"))?;
        for (key, rule) in rules {
            let path = format!("{path}.{key}");
            text(&path, &limits::PROPERTY_KEY, key)?;
            self.check_rule(&path, rule, kind)?;
            let limited = rule.exclusive || rule.concurrency.is_some();
            require(key != ANY || !limited, &path, "is not one key, and is neither exclusive nor limited")?;
        }
        Ok(())
    }

    fn check_rule(&self, path: &str, rule: &Rule, kind: Kind) -> Result<(), TemplateError> {
        let most = limits::TEMPLATE_EXPRESSIONS_MAX;
        require(rule.roles.len() <= most, &format!("{path}.roles"), format!("has at most {most} items"))?;
        for (place, expression) in rule.roles.iter().enumerate() {
            for name in expression.roles() {
                let path = format!("{path}.roles[{place}]");
                require(
                    self.role(name).is_some(),
                    &path,
                    format!("names the role `{name}`, which there is not"),
                )?;
            }
        }
        let may_exclude = matches!(kind, Kind::RoomProperty | Kind::MemberProperty);
        require(!rule.exclusive || may_exclude, &format!("{path}.exclusive"), "is for properties")?;
        let Some(concurrency) = &rule.concurrency else {
            return Ok(());
        };
        let path = format!("{path}.concurrency");
        let may_limit = matches!(kind, Kind::MemberProperty | Kind::Stream);
        require(may_limit, &path, "is for member properties and streams")?;
        require(concurrency.limit > 0, &format!("{path}.limit"), "is at least 1")?;
        let has_values = kind == Kind::MemberProperty;
        require(
            concurrency.value_map.is_none() || has_values,
            &format!("{path}.valueMap"),
            "is for properties",
        )
    }

    fn check_initial(&self) -> Result<(), TemplateError> {
        let (room, member) = (&self.initial.room.properties, &self.initial.member.properties);
        for (path, values, of_room, most) in [
            ("initial.room.properties", room, true, limits::ROOM_PROPERTIES_MAX),
            ("initial.member.properties", member, false, limits::MEMBER_PROPERTIES_MAX),
        ] {
            require(values.len() <= most, path, format!("has at most {most} keys"))?;
            for (key, value) in values {
                let path = format!("{path}.{key}");
                text(&path, &limits::PROPERTY_KEY, key)?;
                text(&path, &limits::PROPERTY_VALUE, value)?;
                let rule = if of_room { self.room_property(key) } else { self.member_property(key) };
                require(rule.is_some(), &path, "is declared in the permissions")?;
                let free = rule.is_some_and(|rule| !rule.exclusive && rule.concurrency.is_none());
                require(free, &path, "is neither exclusive nor limited")?;
            }
        }
        for stream in self.initial.member.streams.keys() {
            let path = format!("initial.member.streams.{}", stream.name());
            let rule = self.permissions.member.streams.get(stream);
            require(rule.is_some(), &path, "is declared in the permissions")?;
            require(rule.is_some_and(|rule| rule.concurrency.is_none()), &path, "is not limited")?;
        }
        Ok(())
    }
}

fn require(holds: bool, path: &str, rule: impl Into<String>) -> Result<(), TemplateError> {
    if holds { Ok(()) } else { Err(TemplateError::Rule { path: path.to_owned(), rule: rule.into() }) }
}

fn text(path: &str, rule: &TextRule, value: &str) -> Result<(), TemplateError> {
    rule.check("it", value)
        .map_err(|error| TemplateError::Rule { path: path.to_owned(), rule: error.to_string() })
}
