package xmpp

// XEP-0447: Stateless file sharing, and XEP-0448: Encryption for stateless file sharing.

// NSFileSharing is the namespace of fallback texts beside shared files (XEP-0428).
const NSFileSharing = "urn:xmpp:sfs:0"

// SharedFile is a file that can be fetched from any of its sources. The sender can claim anything: after fetching, check size and hashes.
type SharedFile struct {
	Name          string // without folders; "" if unknown
	MediaType     string // lower case, without parameters; "" if unknown
	Size          int64  // bytes; 0 if unknown
	Width, Height int    // pixels; 0 if unknown
	Description   string
	Hashes        []Hash
	Sources       []string // URLs, http or https
	Encrypted     *EncryptedFile
	Thumbnail     string `json:"-"` // a tiny JPEG picture in base64; "" if there is none
}

// EncryptedFile is an encrypted copy of the file and the key to it.
type EncryptedFile struct {
	Cipher  string // such as [CipherGCM256]
	Key, IV string // base64
	Hashes  []Hash // of the encrypted copy
	Sources []string
}

// CipherGCM256 is AES-256-GCM without padding: the ciphertext, followed by the tag.
const CipherGCM256 = "urn:xmpp:ciphers:aes-256-gcm-nopadding:0"

const maxSources = 8 // of one file

type fileSharingElements struct {
	Shared []fileSharingElement `xml:"urn:xmpp:sfs:0 file-sharing"`
}

type fileSharingElement struct {
	File    fileElement    `xml:"urn:xmpp:file:metadata:0 file"`
	Sources sourcesElement `xml:"sources"`
}

type sourcesElement struct {
	URLs      []urlElement          `xml:"http://jabber.org/protocol/url-data url-data"`
	Encrypted *encryptedFileElement `xml:"urn:xmpp:esfs:0 encrypted"`
}

type urlElement struct {
	Target string `xml:"target,attr"`
}

type encryptedFileElement struct {
	Cipher  string        `xml:"cipher,attr"`
	Key     string        `xml:"key"`
	IV      string        `xml:"iv"`
	Hashes  []hashElement `xml:"urn:xmpp:hashes:2 hash"`
	Sources struct {
		URLs []urlElement `xml:"http://jabber.org/protocol/url-data url-data"`
	} `xml:"urn:xmpp:sfs:0 sources"`
}

func (e *fileSharingElements) decode() (files []SharedFile) {
	for _, shared := range atMost(maxFiles, e.Shared) {
		f := shared.File.decode()
		f.Sources = decodeSources(shared.Sources.URLs)
		if s := shared.Sources.Encrypted; s != nil {
			f.Encrypted = &EncryptedFile{
				Cipher: cutText(s.Cipher), Key: cutText(s.Key), IV: cutText(s.IV),
				Hashes: decodeHashes(s.Hashes), Sources: decodeSources(s.Sources.URLs),
			}
		}
		files = append(files, f)
	}
	return files
}

func newFileSharing(files []SharedFile) (e fileSharingElements) {
	for i := range files {
		f := &files[i]
		shared := fileSharingElement{File: newFileElement(f), Sources: sourcesElement{URLs: newSources(f.Sources)}}
		if c := f.Encrypted; c != nil {
			encrypted := &encryptedFileElement{Cipher: c.Cipher, Key: c.Key, IV: c.IV, Hashes: newHashes(c.Hashes)}
			encrypted.Sources.URLs = newSources(c.Sources)
			shared.Sources.Encrypted = encrypted
		}
		e.Shared = append(e.Shared, shared)
	}
	return e
}

func newSources(urls []string) (elements []urlElement) {
	for _, u := range urls {
		elements = append(elements, urlElement{Target: u})
	}
	return elements
}

func decodeSources(elements []urlElement) (urls []string) {
	for _, e := range atMost(maxSources, elements) {
		if webURL(e.Target) {
			urls = append(urls, e.Target)
		}
	}
	return urls
}
