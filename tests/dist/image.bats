#!/usr/bin/env bats
# The OCI archive of a release, read by skopeo and buildah.

# shellcheck disable=SC2154 # status, output
load release

setup_file()
{
	export IMAGE SOURCE_DATE_EPOCH
	IMAGE=$(echo "$BUILD"/dist/venvbox-*.oci.tar)
	SOURCE_DATE_EPOCH=$(sed -n 's/^SOURCE_DATE_EPOCH //p' \
		"$BUILD"/dist/venvbox-*.buildinfo)
}

skopeo_here()
{
	command -v skopeo >/dev/null || skip "no skopeo"
	command skopeo --insecure-policy "$@"
}

@test "another directory, umask and time zone: the same bytes" {
	(
		umask 077
		sh "$ROOT/dist/docker/context.sh" "$DIST" 'another context'
		cd / && TZ=Asia/Tokyo LC_ALL=C python3 "$ROOT/dist/oci.py" \
			"$T/another context" "$VERSION" "$T/again"
	)
	cmp again "$IMAGE"
}

@test "every file in it is of root and of one time, and named by its digest" {
	local file

	mkdir layout
	tar -C layout -xf "$IMAGE"
	[ "$(TZ=UTC tar --full-time --numeric-owner -tvf "$IMAGE" |
		awk '{ print $2, $4, $5 }' | sort -u)" = \
		"0/0 $(TZ=UTC date -d "@$SOURCE_DATE_EPOCH" '+%F %T')" ]
	for file in layout/blobs/sha256/*; do
		echo "${file##*/}  $file"
	done | sha256sum --quiet -c
}

@test "skopeo copies it whole and finds every platform with its program" {
	local name platform architecture variant

	skopeo_here copy -q --all "oci-archive:$IMAGE:$VERSION" dir:all
	[ "$(jq -r '.manifests[].platform | [.os, .architecture, .variant // empty]
		| join("/")' all/manifest.json | sort)" = \
		"$(column 4 | sed 's,.* ,linux/,' | sort)" ]
	while read -r name platform; do
		architecture=${platform%/*} variant=''
		[ "$architecture" = "$platform" ] || variant=${platform#*/}
		rm -rf one root && mkdir root
		skopeo_here copy -q --override-os linux \
			--override-arch "$architecture" \
			${variant:+--override-variant "$variant"} \
			"oci-archive:$IMAGE:$VERSION" dir:one
		tar -C root -xzf one/"$(jq -r '.layers[0].digest' one/manifest.json |
			sed 's/.*://')"
		cmp root/bin/venvbox "$DIST/venvbox-$VERSION-$name"
	done < <(column 4)
	[ "$(cd root && find . -mindepth 1 -printf '%y %m %P %l\n' | sort |
		tr '\n' ';')" = "d 755 bin ;d 755 share ;d 755 share/doc ;\
d 755 share/doc/venvbox ;f 644 share/doc/venvbox/copyright ;\
f 755 bin/venvbox ;l 777 bin/activate-print venvbox;\
l 777 bin/activate-run venvbox;l 777 bin/deactivate venvbox;\
l 777 bin/pyvenv venvbox;" ]
	cmp root/share/doc/venvbox/copyright "$DIST/venvbox-$VERSION.licenses"
}

# in_store SCRIPT: by bash, where `b` is buildah with a store of this file, and
# what it mounts is in a namespace of this call.
in_store()
{
	command -v buildah >/dev/null || skip "no buildah"
	namespaces -m || skip "not root, or no mount namespaces"
	# shellcheck disable=SC2016 # for the inner shell
	STORE=$BATS_FILE_TMPDIR unshare -m bash -ec '
		b()
		{
			buildah --log-level error --root "$STORE/store" \
				--runroot "$STORE/run" --storage-driver vfs "$@"
		}
		'"$1"
}

@test "buildah builds from it, and it is the image that the Dockerfile makes" {
	sh "$ROOT/dist/docker/context.sh" "$DIST" context
	mkdir app
	cat >app/Dockerfile <<-'END'
		FROM scratch
		COPY --from=localhost/venvbox / /
		RUN ["/bin/pyvenv", "--version"]
	END
	# shellcheck disable=SC2016 # for in_store
	in_store '
		b pull -q "oci-archive:$IMAGE:$VERSION" >id
		b tag "$(cat id)" localhost/venvbox
		b build --isolation=chroot --pull-never app
		b build -q --isolation=chroot --pull-never -t localhost/ours \
			-f "$ROOT/dist/docker/Dockerfile" context
		for name in venvbox ours; do
			b inspect --type image "localhost/$name" |
				jq -S ".OCIv1.config | .Labels |= del(
					.\"io.buildah.version\",
					.\"org.opencontainers.image.version\")" >$name
		done' >log 2>&1 || {
		cat log
		return 1
	}
	cat log
	grep -Fx "pyvenv $VERSION" log
	diff ours venvbox
	jq -e '.Entrypoint == ["/bin/venvbox"]' venvbox
}
