<?php

declare(strict_types=1);

namespace Desk\Tests\Attachment;

use Desk\Attachment\AttachmentController;
use Desk\Attachment\Customer;
use Desk\Http\Request;
use Desk\Http\Response;
use InvalidArgumentException;
use PHPUnit\Framework\TestCase;

final class AttachmentControllerTest extends TestCase
{
    private string $storage;

    protected function setUp(): void
    {
        $this->storage = sys_get_temp_dir() . '/attachments-' . bin2hex(random_bytes(6));
        mkdir($this->storage . '/acme/2024', 0700, true);
        mkdir($this->storage . '/globex', 0700);
        file_put_contents($this->storage . '/acme/2024/offer.pdf', '%PDF');
        file_put_contents($this->storage . '/acme/page.html', '<p>');
        file_put_contents($this->storage . '/globex/secret.txt', 'secret');
    }

    public function testSendsAFile(): void
    {
        $response = $this->get('./2024//offer.pdf');

        self::assertSame(200, $response->status);
        self::assertSame('application/pdf', $response->headers['Content-Type']);
        self::assertSame('%PDF', stream_get_contents($response->stream));
    }

    public function testOtherTypesAreDownloads(): void
    {
        $headers = $this->get('page.html')->headers;

        self::assertSame('application/octet-stream', $headers['Content-Type']);
        self::assertSame("attachment; filename*=UTF-8''page.html", $headers['Content-Disposition']);
    }

    public function testAnUnchangedFileIsNotSentAgain(): void
    {
        $tag = $this->get('page.html')->headers['ETag'];

        self::assertSame(304, $this->get('page.html', '"other", W/' . $tag)->status);
        self::assertSame(200, $this->get('page.html', '"other"')->status);
    }

    public function testFilesOutsideOfTheFolderDoNotExist(): void
    {
        foreach (['', '.', '2024', 'none.txt', '../globex/secret.txt', "page.html\0.pdf", '/etc/hostname'] as $path) {
            self::assertSame(404, $this->get($path)->status, $path);
        }
    }

    public function testACustomerWithoutAttachmentsHasNone(): void
    {
        $response = (new AttachmentController($this->storage))->get(
            new Customer(2, 'initech'),
            new Request(['path' => 'a.txt'], []),
        );

        self::assertSame(404, $response->status);
    }

    public function testDotsAreNoShortName(): void
    {
        $this->expectException(InvalidArgumentException::class);

        (new AttachmentController($this->storage))->get(new Customer(3, '..'), new Request(['path' => 'a.txt'], []));
    }

    private function get(string $path, string $tags = ''): Response
    {
        $request = new Request(['path' => $path], $tags === '' ? [] : ['if-none-match' => $tags]);

        return (new AttachmentController($this->storage))->get(new Customer(1, 'acme'), $request);
    }
}
