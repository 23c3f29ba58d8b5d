package store

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
)

// A record is a header, a key and a value. The header holds, in little-endian order, the checksum of everything
// behind it, the length of the key and the length of the value.
const headerSize = 12

// magic begins each log.
const magic = "kvlog 2\n"

// ErrFormat is returned for files that do not begin like a log, and for logs of the first version. The command
// kvconvert makes a log of this version of these.
var ErrFormat = errors.New("not a log of this version")

// errDamaged is returned for a record that is incomplete or does not match its checksum.
var errDamaged = errors.New("damaged record")

// CRC-32C, for which processors have an instruction. It finds accidents, and is no protection against forgery.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// encode returns the record in one slice, so that one write puts it into the file.
func encode(key string, value []byte) []byte {
	record := make([]byte, headerSize, headerSize+len(key)+len(value))
	header := record[:headerSize]
	binary.LittleEndian.PutUint32(header[4:], uint32(len(key)))
	binary.LittleEndian.PutUint32(header[8:], uint32(len(value)))
	record = append(record, key...)
	record = append(record, value...)
	binary.LittleEndian.PutUint32(record, crc32.Checksum(record[4:], castagnoli))
	return record
}

// decode reads the next record and says how many bytes it takes. It returns io.EOF only between two records.
func decode(reader io.Reader) (key string, value []byte, size int64, err error) {
	var header [headerSize]byte
	if _, err := io.ReadFull(reader, header[:]); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = errDamaged
		}
		return "", nil, 0, err
	}
	keySize := int(binary.LittleEndian.Uint32(header[4:]))
	valueSize := int(binary.LittleEndian.Uint32(header[8:]))
	// Before anything is allocated: a damaged header may ask for gigabytes.
	if keySize > MaxKey || valueSize > MaxValue {
		return "", nil, 0, errDamaged
	}
	body := make([]byte, keySize+valueSize)
	if _, err := io.ReadFull(reader, body); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = errDamaged
		}
		return "", nil, 0, err
	}
	sum := crc32.Update(crc32.Checksum(header[4:], castagnoli), castagnoli, body)
	if sum != binary.LittleEndian.Uint32(header[:]) {
		return "", nil, 0, errDamaged
	}
	return string(body[:keySize]), body[keySize:], headerSize + int64(len(body)), nil
}
