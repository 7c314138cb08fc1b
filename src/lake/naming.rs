//! Naming snapshots: tags, branches, and from a name to a snapshot.

use std::collections::{BTreeMap, BTreeSet};

use super::Lake;
use super::digest::{Digest, SnapshotId};
use super::error::{LakeError, Result};
use super::handle::CommitMeta;
use super::name;
use super::refs::{self, RefKind};

const SHORTEST_PREFIX: usize = 8;

impl Lake {
    /// Names a snapshot for ever.
    ///
    /// Tagging the same snapshot again changes nothing.
    ///
    /// # Errors
    /// [`LakeError::TagExists`] when the tag points elsewhere, [`LakeError::UnknownRef`] when the snapshot is not in the lake.
    pub async fn tag(&self, name: &str, id: &SnapshotId, meta: &CommitMeta) -> Result<()> {
        self.point(RefKind::Tags, name, id, meta).await
    }

    /// Begins a branch at a snapshot.
    ///
    /// # Errors
    /// As [`Lake::tag`]; an existing branch that points elsewhere is a [`LakeError::BadInput`].
    pub async fn branch(&self, name: &str, id: &SnapshotId, meta: &CommitMeta) -> Result<()> {
        self.point(RefKind::Heads, name, id, meta).await
    }

    async fn point(
        &self,
        kind: RefKind,
        name: &str,
        id: &SnapshotId,
        meta: &CommitMeta,
    ) -> Result<()> {
        name::check(kind.noun(), name)?;
        meta.check()?;
        let other = if kind == RefKind::Tags {
            RefKind::Heads
        } else {
            RefKind::Tags
        };
        if refs::last(self.raw(), other, name).await?.is_some() {
            let why = format!("there is already a {} of that name", other.noun());
            return Err(LakeError::BadInput {
                what: format!("the {} name {name:?}", kind.noun()),
                why,
            });
        }
        if refs::last(self.raw(), kind, name).await?.is_none() {
            let entry = meta.entry(1, None, *id, self.layout_of(id).await?);
            if refs::append(self.raw(), kind, name, &entry).await? {
                return Ok(());
            }
        }
        match refs::last(self.raw(), kind, name).await? {
            Some((found, _)) if found.target == *id => Ok(()),
            Some((found, _)) if kind == RefKind::Tags => Err(LakeError::TagExists {
                name: name.to_owned(),
                target: found.target.to_string(),
            }),
            _ => Err(LakeError::BadInput {
                what: format!("the branch name {name:?}"),
                why: "the branch exists".into(),
            }),
        }
    }

    /// Every snapshot any ref ever pointed to, with the layout of the newest entry that did.
    pub(crate) async fn targets(&self) -> Result<BTreeMap<SnapshotId, Digest>> {
        let mut targets = BTreeMap::new();
        for kind in [RefKind::Tags, RefKind::Heads] {
            for name in refs::names(self.raw(), kind).await? {
                for entry in refs::log(self.raw(), kind, &name).await? {
                    targets.insert(entry.target, entry.layout);
                }
            }
        }
        Ok(targets)
    }

    pub(crate) async fn layout_of(&self, id: &SnapshotId) -> Result<Digest> {
        // Most often the snapshot is a head; the logs are read only when it is not.
        for name in refs::names(self.raw(), RefKind::Heads).await? {
            if let Some((entry, _)) = refs::last(self.raw(), RefKind::Heads, &name).await?
                && entry.target == *id
            {
                return Ok(entry.layout);
            }
        }
        self.targets()
            .await?
            .get(id)
            .copied()
            .ok_or_else(|| LakeError::UnknownRef {
                name: id.to_string(),
                hint: "no branch or tag of this lake ever pointed to it".into(),
            })
    }

    /// The snapshot a name stands for: a branch, a tag, `heads/<branch>`, `tags/<tag>`, `sha256:<hex>`,
    /// or the first eight or more hexadecimal digits of an id.
    ///
    /// # Errors
    /// [`LakeError::UnknownRef`] with what there is, [`LakeError::AmbiguousRef`] when several snapshots fit.
    pub async fn resolve(&self, name: &str) -> Result<SnapshotId> {
        let unknown = |hint: String| LakeError::UnknownRef {
            name: name.to_owned(),
            hint,
        };
        let (kinds, plain): (&[RefKind], &str) = match name.split_once('/') {
            Some(("heads", rest)) => (&[RefKind::Heads], rest),
            Some(("tags", rest)) => (&[RefKind::Tags], rest),
            _ => (&[RefKind::Heads, RefKind::Tags], name),
        };
        let mut found = BTreeSet::new();
        if name::check("ref", plain).is_ok() {
            for kind in kinds {
                if let Some((entry, _)) = refs::last(self.raw(), *kind, plain).await? {
                    found.insert((entry.target, kind.as_str()));
                }
            }
        }
        let prefix = name.strip_prefix("sha256:").unwrap_or(name);
        let hex = prefix
            .bytes()
            .all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
        if found.is_empty() && hex && (SHORTEST_PREFIX..=64).contains(&prefix.len()) {
            let targets = self.targets().await?;
            found.extend(
                targets
                    .keys()
                    .filter(|id| id.0.hex().starts_with(prefix))
                    .map(|id| (*id, "snapshots")),
            );
        }
        let ids: BTreeSet<SnapshotId> = found.iter().map(|(id, _)| *id).collect();
        match (ids.len(), ids.first()) {
            (1, Some(id)) => Ok(*id),
            (0, _) => {
                let mut names = self.branches().await?;
                names.extend(refs::names(self.raw(), RefKind::Tags).await?);
                let hint = if names.is_empty() {
                    "the lake is empty".into()
                } else {
                    format!("there are: {}", names.join(", "))
                };
                Err(unknown(hint))
            }
            _ => {
                let candidates: Vec<String> = found
                    .iter()
                    .map(|(id, kind)| format!("{kind} → {id}"))
                    .collect();
                Err(LakeError::AmbiguousRef {
                    name: name.to_owned(),
                    candidates: candidates.join(", "),
                })
            }
        }
    }
}
