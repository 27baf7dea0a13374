// Package attachment says which files a hall keeps, and tells by a file's content which
// kind it is. Names and what a browser or a scanner says of a file count for nothing:
// whatever is called "form.pdf" is opened by whoever finds it months later.
//
// A file of a known kind is also looked at as far as is cheap, so that a scan that was cut
// off is refused while the paper still lies there. It does not make a file safe: what shows
// it has to be as careful as with any file from outside.
package attachment

import (
	"archive/zip"
	"bytes"
	"image"
	_ "image/jpeg" // the kinds of pictures that are kept
	_ "image/png"
	"path"
	"strings"

	"linli/app"
)

// maxSide bounds a picture's sides: a picture of a few bytes can want gigabytes to be shown.
const maxSide = 20000

// maxParts bounds the parts of a document that is an archive.
const maxParts = 10000

// TypeOf answers what a file is by its content, or "" for one that the hall does not keep.
func TypeOf(content []byte) app.FileType {
	switch {
	case bytes.HasPrefix(content, []byte("\xff\xd8\xff")):
		return picture(content, "jpeg", app.FileJPEG)
	case bytes.HasPrefix(content, []byte("\x89PNG\r\n\x1a\n")):
		return picture(content, "png", app.FilePNG)
	case bytes.HasPrefix(content, []byte("%PDF-")):
		return pdf(content)
	case bytes.HasPrefix(content, []byte("PK\x03\x04")):
		return archive(content)
	}
	return ""
}

// picture looks at the head of a picture and at its end.
func picture(content []byte, kind string, t app.FileType) app.FileType {
	c, is, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil || is != kind || c.Width < 1 || c.Height < 1 || c.Width > maxSide || c.Height > maxSide {
		return ""
	}
	end := map[app.FileType]string{app.FileJPEG: "\xff\xd9", app.FilePNG: "IEND\xaeB`\x82"}[t]
	// Cameras and scanners put a little behind it.
	if !bytes.Contains(content[max(0, len(content)-64<<10):], []byte(end)) {
		return ""
	}
	return t
}

// pdf looks for the mark at the end (ISO 32000-1 §7.5.5), which readers look for in the last kilobyte.
func pdf(content []byte) app.FileType {
	version := content[len("%PDF-"):]
	if len(version) < 3 || version[0] != '1' && version[0] != '2' || version[1] != '.' {
		return ""
	}
	if !bytes.Contains(content[max(0, len(content)-1024):], []byte("%%EOF")) {
		return ""
	}
	return app.FilePDF
}

// archive tells documents that are archives from archives: by the part that each kind begins with. One
// that carries programs is none, whatever it is called.
func archive(content []byte) app.FileType {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil || len(z.File) > maxParts {
		return "" // cut off: the list of the parts is at the end
	}
	found := app.FileType("")
	office := false
	for _, f := range z.File {
		name := strings.ToLower(f.Name)
		if strings.Contains(name, "..") || strings.HasPrefix(name, "/") || strings.Contains(name, `\`) {
			return ""
		}
		switch base := path.Base(name); {
		case strings.HasPrefix(base, "vbaproject"), strings.HasPrefix(base, "oleobject"), strings.Contains(name, "activex"),
			strings.HasSuffix(base, ".exe"), strings.HasSuffix(base, ".dll"), strings.HasSuffix(base, ".js"), strings.HasSuffix(base, ".vbs"):
			return ""
		}
		switch name {
		case "ofd.xml":
			found = app.FileOFD
		case "word/document.xml":
			found = app.FileDOCX
		case "xl/workbook.xml":
			found = app.FileXLSX
		case "[content_types].xml":
			office = true
		}
	}
	if found != app.FileOFD && !office {
		return ""
	}
	return found
}
