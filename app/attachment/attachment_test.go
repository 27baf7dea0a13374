package attachment_test

import (
	"archive/zip"
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"testing"

	"linli/app"
	"linli/app/attachment"
)

func encoded(t *testing.T, kind string, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	m := image.NewGray(image.Rect(0, 0, width, height))
	var err error
	if kind == "png" {
		err = png.Encode(&b, m)
	} else {
		err = jpeg.Encode(&b, m, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipped(t *testing.T, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range names {
		w, err := z.Create(n)
		if err == nil {
			_, err = w.Write([]byte("<x/>"))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTypeIsTakenFromTheContent(t *testing.T) {
	pdf := []byte("%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer <<>>\n%%EOF\n")
	photo, scan := encoded(t, "jpeg", 30, 20), encoded(t, "png", 30, 20)
	docx := []string{"[Content_Types].xml", "_rels/.rels", "word/document.xml"}
	for name, c := range map[string]struct {
		content []byte
		want    app.FileType
	}{
		"a photo":                  {photo, app.FileJPEG},
		"a photo with more behind": {append(bytes.Clone(photo), "maker's note"...), app.FileJPEG},
		"a scan":                   {scan, app.FilePNG},
		"a PDF":                    {pdf, app.FilePDF},
		"a PDF 2":                  {bytes.Replace(pdf, []byte("1.7"), []byte("2.0"), 1), app.FilePDF},
		"an OFD":                   {zipped(t, "OFD.xml", "Doc_0/Document.xml"), app.FileOFD},
		"a letter":                 {zipped(t, docx...), app.FileDOCX},
		"a table":                  {zipped(t, "[Content_Types].xml", "xl/workbook.xml"), app.FileXLSX},

		"nothing":               {nil, ""},
		"text":                  {[]byte("hello"), ""},
		"a web page":            {[]byte("<html><script>"), ""},
		"a program":             {[]byte("MZ\x90\x00"), ""},
		"an ELF program":        {[]byte("\x7fELF"), ""},
		"an SVG":                {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), ""},
		"an old letter":         {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), ""},
		"an archive":            {zipped(t, "a.txt"), ""},
		"a Java archive":        {zipped(t, "META-INF/MANIFEST.MF", "A.class"), ""},
		"half a letter":         {zipped(t, docx...)[:200], ""},
		"a letter with macros":  {zipped(t, append(docx, "word/vbaProject.bin")...), ""},
		"a letter with objects": {zipped(t, append(docx, "word/embeddings/oleObject1.bin")...), ""},
		"a letter with a way":   {zipped(t, append(docx, "../../x")...), ""},
		"without its list":      {zipped(t, "word/document.xml"), ""},
		"an OFD with a script":  {zipped(t, "OFD.xml", "Doc_0/Res/a.js"), ""},
		"half a photo":          {photo[:len(photo)/2], ""},
		"half a scan":           {scan[:len(scan)-12], ""},
		"a photo's first bytes": {[]byte("\xff\xd8\xff\xe0 nothing more"), ""},
		"half a PDF":            {pdf[:20], ""},
		"a PDF of no version":   {[]byte("%PDF-x.y %%EOF"), ""},
		"a PDF behind a page":   {append([]byte("<html>"), pdf...), ""},
		"a picture too wide":    {encoded(t, "png", 30000, 1), ""},
	} {
		if got := attachment.TypeOf(c.content); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
