<?php

declare(strict_types=1);

namespace Desk\Attachment;

use InvalidArgumentException;

/** The files of one customer. */
final class AttachmentFolder
{
    private readonly ?string $folder;

    public function __construct(string $storage, Customer $customer)
    {
        // Short names come from the back office, yet a name such as ".." would open the whole storage.
        if (preg_match('/\A[a-z0-9][a-z0-9-]*\z/', $customer->shortName) !== 1) {
            throw new InvalidArgumentException("not a short name: {$customer->shortName}");
        }
        // The folder is made with the first attachment.
        $this->folder = realpath($storage . '/' . $customer->shortName) ?: null;
    }

    /** The real path of a file in the folder, or null if there is no such file. */
    public function find(string $path): ?string
    {
        // realpath() raises an error for a NUL byte.
        if ($this->folder === null || $path === '' || str_contains($path, "\0")) {
            return null;
        }
        $real = realpath($this->folder . '/' . $path);
        if ($real === false || !is_file($real)) {
            return null;
        }
        // After symbolic links and dots are resolved: the links in old tickets hold "./" and "//".
        if (!str_starts_with($real, $this->folder)) {
            return null;
        }

        return $real;
    }
}
